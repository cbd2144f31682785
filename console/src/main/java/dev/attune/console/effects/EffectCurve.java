package dev.attune.console.effects;

import java.util.ArrayList;
import java.util.List;
import org.springframework.util.Assert;

/**
 * An experiment's goal from its first comparison on, in at most {@link #MOST} points. Whenever they
 * are as many, every second one is left out, and from then on points are twice as far apart: the
 * first hour of a young experiment is as clear as the months of an old one.
 *
 * @param stepSeconds between two points, at least
 * @param points oldest first, one at least
 */
record EffectCurve(String experiment, String metric, long stepSeconds, List<EffectPoint> points) {
  static final int MOST = 240;
  static final long FIRST_STEP_SECONDS = 10;

  EffectCurve {
    points = List.copyOf(points);
    Assert.notEmpty(points, "a curve has a point at least");
  }

  /** One whose goal says something for the first time. */
  static EffectCurve of(String experiment, EffectPoint first) {
    return new EffectCurve(experiment, first.metric(), FIRST_STEP_SECONDS, List.of(first));
  }

  boolean isDue(long now) {
    return now >= points.getLast().at() + stepSeconds;
  }

  /** With a newer point. Another metric, as after a change of the goal, is another curve. */
  EffectCurve with(EffectPoint point) {
    if (!point.metric().equals(metric)) {
      return of(experiment, point);
    }
    List<EffectPoint> all = new ArrayList<>(points);
    all.add(point);
    return all.size() < MOST
        ? new EffectCurve(experiment, metric, stepSeconds, all)
        : new EffectCurve(experiment, metric, 2 * stepSeconds, everySecond(all));
  }

  /** The first and the newest among them. */
  private static List<EffectPoint> everySecond(List<EffectPoint> all) {
    List<EffectPoint> kept = new ArrayList<>();
    for (int i = (all.size() - 1) % 2; i < all.size(); i += 2) {
      kept.add(all.get(i));
    }
    if (!kept.getFirst().equals(all.getFirst())) {
      kept.addFirst(all.getFirst());
    }
    return kept;
  }
}
