package dev.attune.core.experiment.measure;

import static dev.attune.core.experiment.measure.SimulatedExperiment.HOUR;
import static dev.attune.core.experiment.measure.SimulatedExperiment.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.experiment.statistics.ArmValue;
import dev.attune.schemas.SingleObject;
import dev.attune.schemas.avro.ExperimentResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * Users of times with different weights, summed up in three partitions, written as rows and read
 * back. What is reported must be what the formulas give for the users themselves.
 */
class WeightedRowsTest {
  private static final int USERS = 3_000;
  private static final int PARTITIONS = 3;
  private static final List<String> ARMS = List.of("a", "b");

  /** Weight of the second arm by time. */
  private static final double[] WEIGHTS = {0.5, 0.2, 0.9};

  private final AnalysisPlan plan =
      SimulatedExperiment.experiments(
              "m: {rate: message_sent, over: session_started, window: 24h}", "goal: m")
          .plan("e");
  private final Metric metric = plan.metrics().getFirst();

  /**
   * @param g the inverse of the probability of the user's arm
   */
  private record User(String arm, double g, double y, double d, double x) {}

  @Test
  void theReportOfRowsIsWhatTheUsersThemselvesGive() {
    List<User> users = users();
    ResultSums sums = readBack(users);

    var report = new Analysis("e", ARMS, plan, sums, START + 48 * HOUR).report();
    List<ArmValue> own = new ArmEstimates(plan, ARMS, sums).own(metric);

    for (int i = 0; i < ARMS.size(); i++) {
      String arm = ARMS.get(i);
      ArmValue direct = direct(arm, users);
      double told = Objects.requireNonNull(report.metrics().getFirst().values().get(i).value());
      double plain = plainRatio(arm, users);

      assertThat(told).isCloseTo(direct.value(), within(1e-9));
      assertThat(own.get(i).variance()).isCloseTo(direct.variance(), within(1e-12));
      assertThat(own.get(i).users()).isEqualTo(direct.users());
      assertThat(plain).as("unweighted").isNotCloseTo(direct.value(), within(0.05));
    }
  }

  private List<User> users() {
    var random = new SplittableRandom(18);
    List<User> users = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      int time = WEIGHTS.length * i / USERS;
      boolean b = random.nextDouble() < WEIGHTS[time];
      double lasting = random.nextGaussian();
      int sessions = 1 + random.nextInt(3);
      // the base rate rises from time to time
      double messages = sessions * (2 + time + 0.7 * lasting + 0.5 * random.nextGaussian());
      double g = 1 / (b ? WEIGHTS[time] : 1 - WEIGHTS[time]);
      users.add(new User(b ? "b" : "a", g, messages, sessions, 5 + lasting));
    }
    return users;
  }

  private ResultSums readBack(List<User> users) {
    List<ResultSums> partitions = new ArrayList<>();
    for (int i = 0; i < PARTITIONS; i++) {
      partitions.add(new ResultSums("e"));
    }
    for (int i = 0; i < users.size(); i++) {
      User user = users.get(i);
      double b = WEIGHTS[WEIGHTS.length * i / USERS];
      ResultSums sums = partitions.get(i % PARTITIONS);
      sums.add(new UserExposures.FirstExposure("e", user.arm, List.of(1 - b, b), START + i));
      var entry = new MetricTally.Entry(user.y, user.d, null, true);
      sums.add(new ClosedWindow("e", user.arm, metric, user.x, 1 / user.g, List.of(), entry));
    }
    ResultSums whole = new ResultSums("e");
    for (int i = 0; i < PARTITIONS; i++) {
      byte[] row =
          SingleObject.write(partitions.get(i).toAvro(i, START), ExperimentResult.getEncoder());
      ExperimentResult read =
          SingleObject.read(row, SingleObject.decoder(ExperimentResult.getClassSchema()));
      whole.add(read);
    }
    return whole;
  }

  /** Hájek's ratio and its variance, less what the covariate explains, by two passes. */
  private static ArmValue direct(String arm, List<User> all) {
    double explained = 0;
    double spread = 0;
    for (String each : ARMS) {
      Arm a = new Arm(each, all);
      explained += a.squared(u -> a.part(u) * (u.x - a.meanX));
      spread += a.squared(u -> Math.pow(u.x - a.meanX, 2));
    }
    double theta = explained / spread;
    Arm own = new Arm(arm, all);
    double overall =
        all.stream().mapToDouble(u -> u.g * u.x).sum() / all.stream().mapToDouble(User::g).sum();
    return new ArmValue(
        own.users.size(),
        own.ratio - theta * (own.meanX - overall),
        own.squared(u -> Math.pow(own.part(u) - theta * (u.x - own.meanX), 2))
            / Math.pow(own.weight, 2));
  }

  private static double plainRatio(String arm, List<User> all) {
    List<User> users = all.stream().filter(u -> u.arm.equals(arm)).toList();
    return users.stream().mapToDouble(User::y).sum() / users.stream().mapToDouble(User::d).sum();
  }

  /** One arm's users and weighted means. */
  private static final class Arm {
    final List<User> users;
    final double weight;
    final double ratio;
    final double meanD;
    final double meanX;

    Arm(String arm, List<User> all) {
      users = all.stream().filter(u -> u.arm.equals(arm)).toList();
      weight = users.stream().mapToDouble(User::g).sum();
      meanD = weighted(User::d) / weight;
      meanX = weighted(User::x) / weight;
      ratio = weighted(User::y) / weighted(User::d);
    }

    /** A user's part in the ratio's error. */
    double part(User user) {
      return (user.y - ratio * user.d) / meanD;
    }

    private double weighted(ToDoubleFunction<User> value) {
      return users.stream().mapToDouble(u -> u.g * value.applyAsDouble(u)).sum();
    }

    /** Weighted by g², with the correction of a sample. */
    double squared(ToDoubleFunction<User> value) {
      double sum = users.stream().mapToDouble(u -> u.g * u.g * value.applyAsDouble(u)).sum();
      return sum * users.size() / (users.size() - 1);
    }
  }
}
