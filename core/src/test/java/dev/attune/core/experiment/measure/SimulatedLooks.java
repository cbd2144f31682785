package dev.attune.core.experiment.measure;

import dev.attune.core.experiment.measure.Population.Drawn;
import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.experiment.statistics.ArmValue;
import dev.attune.core.experiment.statistics.ConfidenceSequence;
import dev.attune.core.experiment.statistics.Effect;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * Experiments of two arms, simulated user by user, and looked at again and again from 100 users an
 * arm on.
 *
 * @param share of the first arm
 * @param effect how much more the users of one arm bring; 0: no effect
 * @param effectIn the arm whose users bring it
 * @param step of users from look to look: 1.02 is after each two percent more
 */
record SimulatedLooks(
    Population population, double share, double effect, int effectIn, int users, double step) {
  private static final List<String> ARMS = List.of("a", "b");

  static SimulatedLooks withoutEffect(Population population, double share, int users) {
    return new SimulatedLooks(population, share, 0, 1, users, 1.02);
  }

  /** What one look sees. */
  record Look(AnalysisPlan plan, List<ArmValue> values, List<ArmValue> own) {
    ConfidenceSequence sequence() {
      return new ConfidenceSequence(plan.alpha(), plan.sample().plannedUsers());
    }

    /** The second arm against the first, as a verdict has it. */
    Effect effect() {
      return Effect.of(values.getFirst(), values.getLast());
    }

    boolean isShown() {
      Effect effect = effect();
      return effect.isReliable() && sequence().p(effect) <= plan.alpha();
    }
  }

  AnalysisPlan plan() {
    return SimulatedExperiment.experiments(population.metric(), "goal: m").plan("e");
  }

  /**
   * @param isEnough whether a look is the last one
   * @return whether one was
   */
  boolean run(AnalysisPlan plan, SplittableRandom random, Predicate<Look> isEnough) {
    ResultSums sums = new ResultSums("e");
    Drawn[] arms = {new Drawn(sums.metric("a", "m")), new Drawn(sums.metric("b", "m"))};
    var estimates = new ArmEstimates(plan, ARMS, sums);
    Metric metric = plan.metrics().getFirst();
    double look = 2 * ConfidenceSequence.FEWEST;
    for (int user = 1; user <= users; user++) {
      int arm = random.nextDouble() < share ? 0 : 1;
      population.draw(random, arms[arm], arm == effectIn ? effect : 0);
      if (user >= look) {
        look *= step;
        if (Math.min(arms[0].users(), arms[1].users()) >= ConfidenceSequence.FEWEST) {
          if (!metric.needsSketch()) {
            arms[0].store();
            arms[1].store();
          }
          if (isEnough.test(new Look(plan, estimates.values(metric), estimates.own(metric)))) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
