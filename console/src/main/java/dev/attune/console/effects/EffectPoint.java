package dev.attune.console.effects;

import dev.attune.console.curves.CurvePoint;
import java.util.List;

/**
 * What an experiment's goal said at one time.
 *
 * @param at epoch seconds
 */
record EffectPoint(long at, String metric, List<ArmEffect> arms)
    implements CurvePoint<EffectPoint> {
  EffectPoint {
    arms = List.copyOf(arms);
  }

  /** Another metric, as after a change of the goal, is another curve. */
  @Override
  public boolean goesOn(EffectPoint earlier) {
    return metric.equals(earlier.metric);
  }
}
