package dev.attune.core.experiment.statistics;

import java.util.List;
import java.util.SplittableRandom;

/**
 * A bandit's weights: each arm gets new users as often as it is probably the best one (Thompson
 * sampling; Thompson, Biometrika 1933). An arm's true value is drawn from the normal distribution
 * around its estimate; the share of draws that an arm wins is its weight, but never below a floor,
 * so that every arm goes on being measured.
 *
 * <p>Weights divide the experiment's own users only. Holdouts and coverage are decided before the
 * arms are, by hashes of their own, so no weight can reach them.
 *
 * @param floor least weight of an arm
 * @param draws more draws make the weights steadier
 */
public record ThompsonSampling(double floor, int draws) {
  public static final ThompsonSampling STANDARD = new ThompsonSampling(0.05, 4_000);

  public ThompsonSampling {
    if (!(floor >= 0 && floor < 0.5) || draws < 1) {
      throw new IllegalArgumentException("a floor from 0 to 0.5 and at least one draw");
    }
  }

  /**
   * @param higherIsBetter false for times and costs
   * @param seed makes the same estimates give the same weights
   * @return weights in the arms' order, summing to 1; equal ones until every arm has an estimate
   */
  public double[] weights(List<ArmValue> arms, boolean higherIsBetter, long seed) {
    double[] wins = new double[arms.size()];
    boolean ready = arms.stream().allMatch(arm -> arm.users() > 1 && arm.variance() > 0);
    var random = new SplittableRandom(seed);
    for (int draw = 0; draw < draws; draw++) {
      int best = ready ? best(arms, higherIsBetter, random) : draw % arms.size();
      wins[best] += 1.0 / draws;
    }
    return floored(ready ? wins : equal(arms.size()));
  }

  private static int best(List<ArmValue> arms, boolean higherIsBetter, SplittableRandom random) {
    int best = 0;
    double bestValue = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < arms.size(); i++) {
      ArmValue arm = arms.get(i);
      double drawn = arm.value() + Math.sqrt(arm.variance()) * random.nextGaussian();
      double value = higherIsBetter ? drawn : -drawn;
      if (value > bestValue) {
        best = i;
        bestValue = value;
      }
    }
    return best;
  }

  /** Everyone gets the floor, and the rest is shared out as won. */
  private double[] floored(double[] shares) {
    double least = Math.min(floor, 1.0 / shares.length);
    double[] weights = new double[shares.length];
    for (int i = 0; i < shares.length; i++) {
      weights[i] = least + (1 - least * shares.length) * shares[i];
    }
    return weights;
  }

  private static double[] equal(int arms) {
    double[] shares = new double[arms];
    java.util.Arrays.fill(shares, 1.0 / arms);
    return shares;
  }
}
