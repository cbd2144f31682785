package dev.attune.console.drift;

import dev.attune.console.curves.Curve;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Population stability indices as a chart draws them.
 *
 * @param times epoch seconds, ascending
 * @param highest of all features, one value a time; null: nothing was compared then
 * @param features by name, one value a time, the one that moved most at any time first
 */
record DriftOverTime(
    List<Long> times,
    List<@Nullable Double> highest,
    Map<String, List<@Nullable Double>> features) {
  /** A pause that a curve's own steps don't explain: nobody looked, or another version was live. */
  private static final int PAUSE_STEPS = 3;

  static DriftOverTime of(Curve<DriftPoint> curve) {
    List<DriftPoint> points = withPauses(curve);
    Map<String, Double> most = new HashMap<>();
    points.forEach(
        point -> point.indices().forEach((name, index) -> most.merge(name, index, Math::max)));
    Map<String, List<@Nullable Double>> features = new LinkedHashMap<>();
    for (String name : DriftPoint.highest(most).keySet()) {
      features.put(
          name, points.stream().<@Nullable Double>map(point -> point.indices().get(name)).toList());
    }
    return new DriftOverTime(
        points.stream().map(DriftPoint::at).toList(),
        points.stream().<@Nullable Double>map(DriftPoint::highest).toList(),
        features);
  }

  /** So that no line is drawn across them. */
  private static List<DriftPoint> withPauses(Curve<DriftPoint> curve) {
    List<DriftPoint> all = new ArrayList<>();
    for (DriftPoint point : curve.points()) {
      if (!all.isEmpty() && point.at() - all.getLast().at() > PAUSE_STEPS * curve.stepSeconds()) {
        all.add(new DriftPoint(all.getLast().at() + curve.stepSeconds(), Map.of()));
      }
      all.add(point);
    }
    return all;
  }
}
