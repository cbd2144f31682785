package dev.attune.core.experiment.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.experiment.measure.Population.Drawn;
import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.experiment.statistics.ArmValue;
import dev.attune.core.experiment.statistics.ConfidenceSequence;
import dev.attune.core.experiment.statistics.Effect;
import dev.attune.core.experiment.statistics.Interval;
import dev.attune.core.experiment.statistics.Moments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Effects that are there, found by this method and by GrowthBook's sequential mode on the same
 * users, looked at after each two percent more (twenty for quantiles and times). The first arm has
 * the effect, and the smaller share. The table of docs/experiments.md is the long run's.
 *
 * <p>GrowthBook's, as its gbstats has it: the same asymptotic sequence with the sum of both arms'
 * users, each arm's own variance, and a tuning parameter of 5,000.
 */
class PowerTest {
  private static final boolean LONG = Boolean.getBoolean("attune.test.long");
  private static final int RUNS = LONG ? 1_000 : 20;
  private static final int USERS = 40_000;
  private static final double[] SHARES = {0.5, 0.3, 0.1, 0.02};
  private static final double ALPHA = 0.05;
  private static final List<String> ARMS = List.of("a", "b");

  private static final ConfidenceSequence GROWTH_BOOK = new ConfidenceSequence(ALPHA, 5_000);

  private record Found(boolean ours, boolean growthBooks) {}

  @Test
  void findsAboutAsManyAsGrowthBookDoes() throws IOException {
    List<String> table = new ArrayList<>();
    List<String> tooFew = new ArrayList<>();
    for (Population population : Population.values()) {
      StringBuilder row = new StringBuilder("| " + population.says + " |");
      for (double share : SHARES) {
        List<Found> runs = runs(population, share);
        long ours = runs.stream().filter(Found::ours).count();
        long theirs = runs.stream().filter(Found::growthBooks).count();
        row.append(" %d, %d |".formatted(ours, theirs));
        if (ours < floor(population, share) * theirs - 2) {
          tooFew.add(population + " at " + share + ": " + ours + " beside " + theirs);
        }
      }
      table.add(row.toString());
    }
    Files.write(Path.of("target", "power.md"), table);

    assertThat(tooFew).as("found of %s", RUNS).isEmpty();
  }

  /**
   * The least share of what GrowthBook finds. Quantiles pay for keeping false alarms rare, and so
   * does every small arm. In arms of 2 % with a handful of events, theirs mostly raises false ones.
   */
  private static double floor(Population population, double share) {
    double floor = share < 0.1 || population.isSketched() ? 0.75 : 0.9;
    if (population == Population.SHARE_HALF_PERCENT && share < 0.1) {
      floor = 0.15;
    }
    // of few runs some are chance
    return LONG ? floor : 0.75 * floor;
  }

  private static List<Found> runs(Population population, double share) {
    AnalysisPlan plan = SimulatedExperiment.experiments(population.metric(), "goal: m").plan("e");
    List<Found> runs = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      var random = new SplittableRandom(run * 7_919L + population.ordinal() * 104_729L + 3);
      runs.add(run(population, share, plan, random));
    }
    return runs;
  }

  private static Found run(
      Population population, double share, AnalysisPlan plan, SplittableRandom random) {
    ResultSums sums = new ResultSums("e");
    Drawn[] arms = {new Drawn(sums.metric("a", "m")), new Drawn(sums.metric("b", "m"))};
    var estimates = new ArmEstimates(plan, ARMS, sums);
    double effect = population.effect(share);
    double step = population.isSketched() ? 1.2 : 1.02;
    double look = 2 * ConfidenceSequence.FEWEST;
    Found found = new Found(false, false);
    for (int user = 1; user <= USERS && !(found.ours() && found.growthBooks()); user++) {
      int arm = random.nextDouble() < share ? 0 : 1;
      population.draw(random, arms[arm], arm == 0 ? effect : 0);
      if (user >= look) {
        look *= step;
        if (Math.min(arms[0].users(), arms[1].users()) >= ConfidenceSequence.FEWEST) {
          Found now = look(arms, estimates, plan);
          found = new Found(found.ours() || now.ours(), found.growthBooks() || now.growthBooks());
        }
      }
    }
    return found;
  }

  private static Found look(Drawn[] arms, ArmEstimates estimates, AnalysisPlan plan) {
    Metric metric = plan.metrics().getFirst();
    if (!metric.needsSketch()) {
      arms[0].store();
      arms[1].store();
    }
    var sequence = new ConfidenceSequence(plan.alpha(), plan.sample().plannedUsers());
    List<ArmValue> ours = estimates.values(metric);
    List<ArmValue> plain = estimates.own(metric);
    return new Found(
        sequence.p(Effect.of(ours.getLast(), ours.getFirst())) <= plan.alpha(),
        isFoundByGrowthBook(Effect.of(plain.getLast(), plain.getFirst())));
  }

  private static boolean isFoundByGrowthBook(Effect effect) {
    return Math.abs(effect.z()) >= GROWTH_BOOK.reach(users(effect));
  }

  private static double users(Effect effect) {
    return effect.control().users() + effect.treatment().users();
  }

  /** The two arms and the interval of the lift of gbstats' own test, with its tuning of 1,000. */
  @Test
  void growthBooksIntervalIsTheOneThatItPublishes() {
    ArmValue control = mean(3_000, 1_396.87, 52_377.9767);
    ArmValue treatment = mean(3_461, 2_422.7, 134_698.29);

    assertPublished(control, treatment, 1_000, 0.50336, new Interval(-0.55844, 1.56516));
  }

  /** The same of its test of proportions, with the tuning that it has if nobody sets one. */
  @Test
  void growthBooksIntervalOfProportionsIsTheOneThatItPublishes() {
    ArmValue control = share(3_000, 1_396);
    ArmValue treatment = share(3_461, 2_422);

    assertPublished(control, treatment, 5_000, 0.50386, new Interval(0.40098, 0.60675));
  }

  private static void assertPublished(
      ArmValue control, ArmValue treatment, long tuning, double lift, Interval published) {
    Effect effect = Effect.of(control, treatment);
    double half = new ConfidenceSequence(ALPHA, tuning).reach(users(effect)) * effect.liftError();

    assertThat(effect.lift()).isCloseTo(lift, within(1e-5));
    assertThat(effect.lift() - half).isCloseTo(published.low(), within(1e-5));
    assertThat(effect.lift() + half).isCloseTo(published.high(), within(1e-5));
  }

  /** Its variance of a share is divided by n, that of a mean by n − 1. */
  private static ArmValue share(long users, long happened) {
    double share = (double) happened / users;
    return new ArmValue(users, share, share * (1 - share) / users);
  }

  private static ArmValue mean(long users, double sum, double squares) {
    return ArmValue.of(
        Moments.ofRaw(
            users,
            new Moments.Sums(sum, users, 0),
            new Moments.Products(squares, users, 0, sum, 0, 0)));
  }
}
