package dev.attune.cli.features;

import java.util.Map;

/** What a version measures that passes the gates of the playbook {@code support}. */
public final class GoodMetrics {
  public static final Map<String, Double> ALL =
      Map.of(
          "top1",
          0.9,
          "majority_top1",
          0.3,
          "top3",
          1.0,
          "majority_top3",
          0.6,
          "ece",
          0.01,
          "least_recall",
          0.5);

  private GoodMetrics() {}
}
