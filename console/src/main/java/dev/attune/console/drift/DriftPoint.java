package dev.attune.console.drift;

import dev.attune.console.curves.CurvePoint;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which features were compared at one time, and how far each had moved.
 *
 * @param at epoch seconds
 * @param indices population stability index by feature, of those that moved most; none while it is
 *     too early to say
 */
record DriftPoint(long at, Map<String, Double> indices) implements CurvePoint<DriftPoint> {
  /** A playbook has some 30 features; of more, those that moved least are not kept. */
  static final int MOST_FEATURES = 40;

  private static final double DIGITS = 1e4;

  DriftPoint {
    indices = Map.copyOf(indices);
  }

  /**
   * @param report as inference-service tells it
   */
  static DriftPoint of(long at, JsonNode report) {
    Map<String, Double> compared =
        Stream.concat(
                report.path("features").valueStream(),
                Stream.of(report.path("prediction"), report.path("confidence")))
            .filter(drift -> drift.path("populationStability").isNumber())
            .collect(
                Collectors.toMap(
                    drift -> drift.path("name").asString(), DriftPoint::index, (one, _) -> one));
    return new DriftPoint(at, highest(compared));
  }

  private static double index(JsonNode drift) {
    return Math.round(drift.path("populationStability").asDouble() * DIGITS) / DIGITS;
  }

  /** The first so many, the highest first. */
  static Map<String, Double> highest(Map<String, Double> byName) {
    Map<String, Double> highest = new LinkedHashMap<>();
    byName.entrySet().stream()
        .sorted(
            Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(MOST_FEATURES)
        .forEach(entry -> highest.put(entry.getKey(), entry.getValue()));
    return highest;
  }

  /** Of the feature that had moved most; null while it is too early to say. */
  @Nullable Double highest() {
    return indices.values().stream().max(Comparator.naturalOrder()).orElse(null);
  }
}
