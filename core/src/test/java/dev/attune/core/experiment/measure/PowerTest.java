package dev.attune.core.experiment.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.statistics.ArmValue;
import dev.attune.core.experiment.statistics.ConfidenceSequence;
import dev.attune.core.experiment.statistics.Effect;
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
 * users, looked at after each two percent more. GrowthBook's, as its gbstats has it: the same
 * asymptotic sequence with the sum of both arms' users, each arm's own variance, and a tuning
 * parameter of 5,000.
 */
class PowerTest {
  private static final boolean LONG = Boolean.getBoolean("attune.test.long");
  private static final int RUNS = LONG ? 1_000 : 40;
  private static final int USERS = 40_000;
  private static final double[] SHARES = {0.5, 0.3, 0.1, 0.02};

  private final ConfidenceSequence ours = new ConfidenceSequence(0.05, 10_000);
  private final ConfidenceSequence growthBook = new ConfidenceSequence(0.05, 5_000);

  /** What a user of the first or second arm brings. */
  private enum Case {
    SHARE("10 % of users", 0.011) {
      @Override
      double draw(SplittableRandom random, double effect) {
        return random.nextDouble() < 0.1 + effect ? 1 : 0;
      }
    },
    RARE("2 % of users", 0.0052) {
      @Override
      double draw(SplittableRandom random, double effect) {
        return random.nextDouble() < 0.02 + effect ? 1 : 0;
      }
    },
    AMOUNT("log-normal amounts, sd 1", 0.048) {
      @Override
      double draw(SplittableRandom random, double effect) {
        return Math.exp(random.nextGaussian()) * (1 + effect);
      }
    };

    private final String says;
    private final double atEqualArms;

    Case(String says, double atEqualArms) {
      this.says = says;
      this.atEqualArms = atEqualArms;
    }

    /** As hard to find in small arms as the effect at equal arms is there. */
    double effect(double share) {
      return atEqualArms / Math.sqrt(4 * share * (1 - share));
    }

    abstract double draw(SplittableRandom random, double effect);
  }

  private record Found(int ours, int growthBooks) {}

  @Test
  void findsAboutAsManyAsGrowthBookDoes() throws IOException {
    List<String> table = new ArrayList<>();
    for (Case one : Case.values()) {
      StringBuilder row = new StringBuilder("| " + one.says + " |");
      for (double share : SHARES) {
        Found found = found(one, share);
        row.append(" %d, %d |".formatted(found.ours(), found.growthBooks()));
        if (share >= 0.3) {
          assertThat(found.ours())
              .as("%s at %s", one, share)
              .isGreaterThanOrEqualTo((int) (0.9 * found.growthBooks()) - 2);
        }
      }
      table.add(row.toString());
    }
    Files.write(Path.of("target", "power.md"), table);
  }

  private Found found(Case one, double share) {
    int found = 0;
    int theirs = 0;
    for (int run = 0; run < RUNS; run++) {
      var random = new SplittableRandom(run * 7_919L + one.ordinal() * 104_729L + 3);
      boolean[] both = run(one, share, random);
      found += both[0] ? 1 : 0;
      theirs += both[1] ? 1 : 0;
    }
    return new Found(found, theirs);
  }

  private boolean[] run(Case one, double share, SplittableRandom random) {
    boolean[] found = new boolean[2];
    double effect = one.effect(share);
    long[] users = new long[2];
    double[] sum = new double[2];
    double[] squares = new double[2];
    double look = 200;
    for (int user = 1; user <= USERS; user++) {
      int arm = random.nextDouble() < share ? 0 : 1;
      double value = one.draw(random, arm == 0 ? effect : 0);
      users[arm]++;
      sum[arm] += value;
      squares[arm] += value * value;
      if (user >= look) {
        look *= 1.02;
        if (Math.min(users[0], users[1]) >= ConfidenceSequence.FEWEST) {
          look(moments(users[0], sum[0], squares[0]), moments(users[1], sum[1], squares[1]), found);
        }
      }
    }
    return found;
  }

  private void look(Moments small, Moments large, boolean[] found) {
    ArmValue a = ArmValue.of(small);
    ArmValue b = ArmValue.of(large);
    ArmValue pooled = ArmValue.of(small.plus(large));
    found[0] |=
        ours.p(Effect.of(b.varyingAtLeastAs(pooled, 1), a.varyingAtLeastAs(pooled, 1))) <= 0.05;
    Effect plain = Effect.of(b, a);
    found[1] |= Math.abs(plain.z()) >= growthBook.reach(a.users() + b.users());
  }

  private static Moments moments(long users, double sum, double squares) {
    return Moments.ofRaw(
        users, new Moments.Sums(sum, users, 0), new Moments.Products(squares, users, 0, sum, 0, 0));
  }
}
