package dev.attune.training.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the minimum of a smooth function by limited-memory BFGS (Liu and Nocedal, <i>On the limited
 * memory BFGS method for large scale optimization</i>, 1989). The length of a step is found by
 * bisection, until it meets the weak Wolfe conditions (Lewis and Overton, <i>Nonsmooth optimization
 * via quasi-Newton methods</i>, 2013): the function falls enough, and its slope rises enough. The
 * same function and start give the same result to the bit.
 */
final class Lbfgs {
  /** Steps that the curvature is estimated from. */
  private static final int MEMORY = 10;

  private static final double FALLS = 1e-4;
  private static final double RISES = 0.9;
  private static final int MOST_TRIALS = 40;

  private Lbfgs() {}

  /** What is minimized. */
  interface Function {
    /**
     * The value at a point.
     *
     * @param gradient is filled
     */
    double at(double[] point, double[] gradient);
  }

  /**
   * @param gradient at the point
   */
  private record Place(double[] point, double value, double[] gradient) {
    static Place of(Function function, double[] point) {
      double[] gradient = new double[point.length];
      return new Place(point, function.at(point, gradient), gradient);
    }
  }

  /** A step, and how the gradient changed by it. */
  private record Change(double[] step, double[] gradient) {}

  /**
   * The point of the least value that was found.
   *
   * @param tolerance it ends where no part of the gradient is larger
   * @param mostSteps it ends after so many
   */
  static double[] minimize(Function function, double[] start, double tolerance, int mostSteps) {
    Place here = Place.of(function, start);
    Deque<Change> changes = new ArrayDeque<>();
    for (int i = 0; i < mostSteps && largest(here.gradient()) > tolerance; i++) {
      double first = changes.isEmpty() ? 1 / Math.sqrt(dot(here.gradient(), here.gradient())) : 1;
      Place next = step(function, here, direction(here.gradient(), changes), first);
      if (next == null) {
        break; // as near as its numbers allow
      }
      var change =
          new Change(
              plus(next.point(), -1, here.point()), plus(next.gradient(), -1, here.gradient()));
      if (dot(change.step(), change.gradient()) > 0) {
        if (changes.size() == MEMORY) {
          changes.removeLast();
        }
        changes.addFirst(change);
      }
      here = next;
    }
    return here.point();
  }

  /** Minus the gradient times the estimated inverse of the curvature. */
  private static double[] direction(double[] gradient, Deque<Change> changes) {
    double[] direction = plus(new double[gradient.length], -1, gradient);
    double[] factors = new double[changes.size()];
    int i = 0;
    for (Change change : changes) {
      factors[i] = dot(change.step(), direction) / dot(change.step(), change.gradient());
      direction = plus(direction, -factors[i++], change.gradient());
    }
    if (!changes.isEmpty()) {
      Change newest = changes.getFirst();
      double scale =
          dot(newest.step(), newest.gradient()) / dot(newest.gradient(), newest.gradient());
      direction = plus(direction, scale - 1, direction);
    }
    for (Iterator<Change> oldest = changes.descendingIterator(); oldest.hasNext(); ) {
      Change change = oldest.next();
      double back = dot(change.gradient(), direction) / dot(change.step(), change.gradient());
      direction = plus(direction, factors[--i] - back, change.step());
    }
    return direction;
  }

  private static @Nullable Place step(
      Function function, Place from, double[] direction, double first) {
    double slope = dot(from.gradient(), direction);
    double least = 0;
    double most = Double.POSITIVE_INFINITY;
    double length = first;
    for (int trial = 0; trial < MOST_TRIALS; trial++) {
      Place to = Place.of(function, plus(from.point(), length, direction));
      if (!(to.value() <= from.value() + FALLS * length * slope)) {
        most = length;
      } else if (dot(to.gradient(), direction) < RISES * slope) {
        least = length;
      } else {
        return to;
      }
      length = Double.isInfinite(most) ? 2 * least : (least + most) / 2;
    }
    return null;
  }

  private static double[] plus(double[] a, double factor, double[] b) {
    double[] sum = new double[a.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = a[i] + factor * b[i];
    }
    return sum;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
