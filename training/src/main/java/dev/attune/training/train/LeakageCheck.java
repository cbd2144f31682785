package dev.attune.training.train;

import dev.attune.core.scoring.GateVerdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Whether columns know the label that they are to predict. The labels are dealt anew among the
 * events that tell them, features are counted from these events, and a model is trained as ever.
 * There is nothing left to learn, so it must fall to the baseline: who is still right looks into
 * the future somewhere.
 *
 * @param shuffledTop1 the share that is right with labels dealt anew
 * @param majorityTop1 that of always saying the most frequent label, of the same rows
 * @param tellings events that told the labels of the evaluated rows: these are independent, rows
 *     are not
 */
record LeakageCheck(double shuffledTop1, double majorityTop1, long tellings) {
  static LeakageCheck of(QualityMetrics metrics, List<Example> evaluated) {
    long tellings = evaluated.stream().map(LeakageCheck::telling).distinct().count();
    return new LeakageCheck(metrics.top1(), metrics.majorityTop1(), tellings);
  }

  /** The same labels, each of another key, always in the same way. */
  static <K> Map<K, String> dealt(Map<K, String> told) {
    List<String> labels = new ArrayList<>(told.values());
    Collections.shuffle(labels, new Random(1));
    Iterator<String> next = labels.iterator();
    Map<K, String> dealt = new LinkedHashMap<>(told);
    dealt.replaceAll((key, label) -> next.next());
    return dealt;
  }

  /**
   * The same where no event's field tells the label: rows of one telling keep one label. Columns
   * that the labels' events count in are not seen through this way.
   */
  static List<Example> dealtAmong(List<Example> examples) {
    Map<String, String> told = new LinkedHashMap<>();
    examples.forEach(example -> told.put(telling(example), example.label()));
    Map<String, String> dealt = dealt(told);
    return examples.stream()
        .map(example -> example.withLabel(dealt.getOrDefault(telling(example), "")))
        .toList();
  }

  private static String telling(Example example) {
    return example.toldAt() + " " + example.userId();
  }

  /**
   * What follows from it.
   *
   * @param standardErrors that it may be right more often by
   */
  GateVerdict verdict(double standardErrors) {
    double p = majorityTop1;
    double most = p + standardErrors * Math.sqrt(p * (1 - p) / Math.max(1, tellings));
    Map<String, Double> figures =
        Map.of("shuffled_top1", shuffledTop1, "majority_top1", majorityTop1, "at_most", most);
    return new GateVerdict("shuffled_top1", figures, shuffledTop1 <= most ? null : failure());
  }

  private String failure() {
    return String.format(
        Locale.ROOT,
        "a column knows the label: dealt at random, labels are predicted with %.1f %%, where saying the most frequent one gives %.1f %%",
        100 * shuffledTop1,
        100 * majorityTop1);
  }
}
