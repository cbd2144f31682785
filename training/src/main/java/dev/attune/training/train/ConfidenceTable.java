package dev.attune.training.train;

import java.util.ArrayList;
import java.util.List;

/**
 * How often the likeliest label is right among the rows whose probability is above a threshold. It
 * tells which threshold to write into a reply's rule.
 */
record ConfidenceTable(List<Line> lines) {
  private static final int STEPS = 10;

  /**
   * A threshold.
   *
   * @param share of the rows whose likeliest label is above it
   * @param right how many of these are right, as a share; NaN when there are none
   */
  record Line(double threshold, double share, double right) {}

  /** Thresholds of 0.2, 0.3 and so on to 0.9. */
  static ConfidenceTable of(List<Scored> scored, List<String> labels) {
    List<Line> lines = new ArrayList<>();
    for (int step = 2; step < STEPS; step++) {
      double threshold = (double) step / STEPS;
      List<Scored> sure = scored.stream().filter(one -> one.confidence() > threshold).toList();
      long right = sure.stream().filter(one -> one.isRight(labels)).count();
      lines.add(
          new Line(threshold, (double) sure.size() / scored.size(), (double) right / sure.size()));
    }
    return new ConfidenceTable(lines);
  }
}
