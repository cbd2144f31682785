package dev.attune.core.experiment.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A bandit's weights: each arm gets new users as often as it is probably the best one (Thompson
 * sampling; Thompson, Biometrika 1933). An arm's true value is drawn from the normal distribution
 * around its estimate; the share of draws that an arm wins is its weight, but never below a floor,
 * so that every arm goes on being measured.
 *
 * <p>Weights divide the experiment's own users only. Holdouts and coverage are decided before the
 * arms are, by hashes of their own, so no weight can reach them.
 *
 * <p>Users are counted by the weights of their time. So weights move in steps: however long it
 * runs, a bandit of two arms has at most as many weights as there are steps.
 *
 * @param floor least weight of an arm
 * @param steps weights are multiples of 1 / steps, with more arms than steps of 1 / arms
 * @param draws more draws make the weights steadier
 */
public record ThompsonSampling(double floor, int steps, int draws) {
  public static final ThompsonSampling STANDARD = new ThompsonSampling(0.05, 20, 4_000);

  public ThompsonSampling {
    if (!(floor >= 0 && floor < 0.5) || steps < 1 || draws < 1) {
      throw new IllegalArgumentException("a floor from 0 to 0.5, at least one step and one draw");
    }
  }

  /**
   * @param higherIsBetter false for times and costs
   * @param seed makes the same estimates give the same weights
   * @return weights in the arms' order, summing to 1; equal ones until every arm has an estimate
   */
  public double[] weights(List<ArmValue> arms, boolean higherIsBetter, long seed) {
    double[] wins = new double[arms.size()];
    if (!arms.stream().allMatch(arm -> arm.users() > 1 && arm.variance() > 0)) {
      Arrays.fill(wins, 1.0 / wins.length);
      return wins;
    }
    var random = new SplittableRandom(seed);
    for (int draw = 0; draw < draws; draw++) {
      wins[best(arms, higherIsBetter, random)] += 1.0 / draws;
    }
    return inSteps(floored(wins));
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

  /** Rounded down, and the steps that are left go to the largest remainders (Hamilton's method). */
  private double[] inSteps(double[] weights) {
    int units = Math.max(steps, weights.length);
    int[] whole = Arrays.stream(weights).mapToInt(w -> (int) (w * units + 1e-9)).toArray();
    IntStream.range(0, weights.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> whole[i] - weights[i] * units))
        .limit(units - Arrays.stream(whole).sum())
        .forEach(i -> whole[i]++);
    return Arrays.stream(whole).mapToDouble(w -> (double) w / units).toArray();
  }
}
