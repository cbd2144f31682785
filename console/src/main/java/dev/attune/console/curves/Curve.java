package dev.attune.console.curves;

import java.util.ArrayList;
import java.util.List;
import org.springframework.util.Assert;

/**
 * Points from the first one to now, at most {@link #MOST}. Whenever they are as many, every second
 * one is left out, and from then on points are twice as far apart: the first hour of a young curve
 * is as clear as the months of an old one.
 *
 * @param stepSeconds between two points, at least
 * @param points oldest first, one at least
 */
public record Curve<P extends CurvePoint<P>>(String name, long stepSeconds, List<P> points) {
  static final int MOST = 240;

  public Curve {
    Assert.hasText(name, "a curve has a name");
    Assert.isTrue(stepSeconds > 0, "a curve has a step");
    points = List.copyOf(points);
    Assert.notEmpty(points, "a curve has a point at least");
  }

  boolean isDue(long now) {
    return now >= newest().at() + stepSeconds;
  }

  P newest() {
    return points.getLast();
  }

  /** With a newer point. */
  Curve<P> with(P point) {
    List<P> all = new ArrayList<>(points);
    all.add(point);
    return all.size() < MOST
        ? new Curve<>(name, stepSeconds, all)
        : new Curve<>(name, 2 * stepSeconds, everySecond(all));
  }

  /** The first and the newest among them. */
  private static <P> List<P> everySecond(List<P> all) {
    List<P> kept = new ArrayList<>();
    for (int i = (all.size() - 1) % 2; i < all.size(); i += 2) {
      kept.add(all.get(i));
    }
    if (!kept.getFirst().equals(all.getFirst())) {
      kept.addFirst(all.getFirst());
    }
    return kept;
  }
}
