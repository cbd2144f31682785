package dev.attune.core.scoring;

import dev.attune.core.scoring.TrainingSpec.Gate;
import dev.attune.core.scoring.TrainingSpec.Gates;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads {@code gates} of {@code training.yaml}, and refuses what no version could ever hold. */
final class GatesReader {
  /** What is no metric. */
  private static final Set<String> OTHER_KEYS =
      Set.of("better_than_live", "compared_rows", "leak_errors");

  /** One in 30,000 honest models is above. */
  private static final double LEAK_ERRORS = 4;

  private GatesReader() {}

  static Gates read(YamlNode node) {
    List<Gate> gates = new ArrayList<>();
    for (YamlNode.Entry entry : node.entries()) {
      if (!OTHER_KEYS.contains(entry.key())) {
        gates.add(gate(entry));
      }
    }
    return new Gates(
        gates,
        usual(gates),
        node.get("better_than_live").flagOr(true),
        node.get("compared_rows")
            .integerOr(TrainingSpecReader.ENOUGH_ROWS, 1, TrainingSpecReader.MOST_ROWS),
        TrainingSpecReader.atLeastZero(node, "leak_errors", LEAK_ERRORS));
  }

  private static Gate gate(YamlNode.Entry entry) {
    YamlNode node = entry.value();
    node.only("at_least", "at_most", "above");
    YamlNode above = node.get("above");
    checkMetric(entry.name(), entry.key());
    if (above.isScalar()) {
      checkMetric(above, above.text());
    }
    Double atLeast = bound(node.get("at_least"), entry.key());
    Double atMost = bound(node.get("at_most"), entry.key());
    if (atLeast != null && atMost != null && atLeast > atMost) {
      node.get("at_least").problem("`at_least` is above `at_most`: no version can hold both");
    }
    return new Gate(entry.key(), atLeast, atMost, above.textOrNull());
  }

  private static @Nullable Double bound(YamlNode node, String metric) {
    if (node.isMissing()) {
      return null;
    }
    double bound = node.number();
    double least = least(metric);
    double most = most(metric);
    if (!(bound >= least && bound <= most)) {
      node.problem(
          "`%s` is a number from %.0f %s, not %s"
              .formatted(
                  metric,
                  least,
                  most == Double.POSITIVE_INFINITY ? "up" : "to %.0f".formatted(most),
                  node.text()));
    }
    return bound;
  }

  /** What a metric can be at least; of an unknown one nothing is known. */
  private static double least(String metric) {
    return switch (plain(metric)) {
      case "too_sure" -> -1;
      case "live_logloss_gain", "live_logloss_gain_low" -> -Double.MAX_VALUE;
      case String name -> TrainingSpec.METRICS.contains(name) ? 0 : -Double.MAX_VALUE;
    };
  }

  private static double most(String metric) {
    return switch (plain(metric)) {
      case "logloss", "evaluation_rows", "live_logloss_gain", "live_logloss_gain_low" ->
          Double.POSITIVE_INFINITY;
      case String name -> TrainingSpec.METRICS.contains(name) ? 1 : Double.POSITIVE_INFINITY;
    };
  }

  /** That of a slice is {@code top1{locale=en-US}}. */
  private static String plain(String metric) {
    return metric.replaceFirst("\\{.*", "");
  }

  private static List<Gate> usual(List<Gate> declared) {
    Set<String> names = declared.stream().map(Gate::metric).collect(Collectors.toSet());
    return TrainingSpec.USUAL_GATES.stream()
        .filter(gate -> !names.contains(gate.metric()))
        .toList();
  }

  /** A model of one's own may bring other metrics. */
  private static void checkMetric(YamlNode node, String name) {
    String metric = plain(name);
    if (!TrainingSpec.METRICS.contains(metric)) {
      node.warning(
          "unknown metric `" + name + "`" + Problems.suggestion(metric, TrainingSpec.METRICS));
    }
  }
}
