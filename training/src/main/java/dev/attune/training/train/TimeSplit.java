package dev.attune.training.train;

import java.util.List;

/**
 * Examples before and after a moment. What is learned from is what was known then: an older row
 * whose label came later is on neither side, so that no label is on both.
 */
record TimeSplit(List<Example> older, List<Example> newer) {
  /**
   * @param examples oldest first
   * @param share of the newest
   */
  static TimeSplit of(List<Example> examples, double share) {
    int at = examples.size() - Math.max(1, (int) Math.round(examples.size() * share));
    List<Example> newer = examples.subList(at, examples.size());
    long moment = newer.getFirst().time();
    List<Example> older =
        examples.subList(0, at).stream().filter(example -> example.knownAt() < moment).toList();
    return new TimeSplit(older, newer);
  }
}
