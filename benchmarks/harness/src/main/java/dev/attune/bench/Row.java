package dev.attune.bench;

import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * One figure.
 *
 * @param what measured what, under which load
 * @param baseline the same of something else in the same run and unit, null when nothing compares
 * @param goal null for a figure that is only shown
 */
public record Row(
    String what, double value, String unit, @Nullable Baseline baseline, @Nullable Goal goal) {
  /** What a figure is compared with. */
  public record Baseline(String what, double value) {}

  public static Row of(String what, double value, String unit) {
    return new Row(what, value, unit, null, null);
  }

  public Row comparedWith(String other, double otherValue) {
    return new Row(what, value, unit, new Baseline(other, otherValue), goal);
  }

  public Row goal(Goal wanted) {
    return new Row(what, value, unit, baseline, wanted);
  }

  public OptionalDouble ratio() {
    return baseline == null ? OptionalDouble.empty() : OptionalDouble.of(value / baseline.value());
  }

  /** Whether the goal is met; empty without a goal. */
  public Optional<Boolean> met() {
    return goal == null ? Optional.empty() : Optional.of(goal.holds(this));
  }
}
