package dev.attune.core.experiment.measure;

import dev.attune.core.experiment.plan.AnalysisPlan.Role;
import dev.attune.core.experiment.statistics.Interval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An experiment's standing, as far as it may be told.
 *
 * @param status see {@link Status}
 * @param says the status in a sentence
 * @param sampleRatioP always-valid p-value of the arms' sizes against the weights of the time
 * @param runningDays since the first exposure
 * @param arms in declared order; the first is the control
 * @param metrics of every other arm against the control
 */
public record ExperimentReport(
    String experiment,
    Status status,
    String says,
    double sampleRatioP,
    double runningDays,
    List<Arm> arms,
    List<MetricReport> metrics) {
  public enum Status {
    /** Too few users or days for a verdict. */
    COLLECTING,
    /** The arms' sizes are not what the weights promise: nothing else can be trusted. */
    SAMPLE_RATIO_MISMATCH,
    /** A guardrail got worse. */
    HARM,
    /** The goal is better in some arm. */
    WINNER,
    /** The goal is worse in some arm. */
    LOSER,
    /** Enough users and days, no difference shown so far. */
    UNDECIDED
  }

  /**
   * One arm's users.
   *
   * @param finished of these, users whose last window has closed
   * @param expected users that the arm would have by the weights of each user's time
   * @param weight at the last exposure; null when nobody was exposed yet
   * @param eventLoss share of the finished users of whom not one event came
   */
  public record Arm(
      String variant,
      long exposed,
      double expected,
      long finished,
      @Nullable Double weight,
      double eventLoss) {}

  /** Why an arm isn't compared with the control yet. */
  public enum NotCompared {
    /** Nobody's window has closed, in one of the arms at least. */
    WINDOWS_OPEN,
    /** Below 100 users an arm an interval can't be leaned on. */
    TOO_FEW_USERS,
    /** All users of an arm have the same value. */
    ALL_ALIKE,
    /** Times and quantiles can't take changes of the weights into account. */
    WEIGHTS_CHANGED
  }

  /**
   * A metric in all arms.
   *
   * @param notCompared null when some arm is compared
   */
  public record MetricReport(
      String metric,
      Role role,
      boolean higherIsBetter,
      List<Value> values,
      List<Comparison> comparisons,
      @Nullable NotCompared notCompared) {
    MetricReport with(List<Comparison> others) {
      return new MetricReport(metric, role, higherIsBetter, values, others, notCompared);
    }
  }

  /**
   * @param value null: nobody has entered yet
   * @param adjusted whether the covariate took noise off
   */
  public record Value(String variant, long users, @Nullable Double value, boolean adjusted) {}

  /**
   * An arm against the control. Intervals and p-value may be looked at any time.
   *
   * @param lift relative difference; null when the control's value is 0
   * @param p corrected for the number of comparisons
   * @param detectable the smallest difference that these users would find with the plan's power
   * @param daysToGo until a difference as large as the present one would be found at the present
   *     rate; null when it is found already or can't be told
   * @param oneLook what a test would say that was planned for one look, this one
   * @param says all of it in sentences
   */
  public record Comparison(
      String variant,
      double difference,
      Interval interval,
      @Nullable Double lift,
      @Nullable Interval liftInterval,
      double p,
      double detectable,
      @Nullable Double daysToGo,
      OneLook oneLook,
      String says) {
    Comparison corrected(double correctedP, String inWords) {
      return new Comparison(
          variant,
          difference,
          interval,
          lift,
          liftInterval,
          correctedP,
          detectable,
          daysToGo,
          oneLook,
          inWords);
    }
  }

  /**
   * A fixed-horizon test. It holds only if nobody would have acted on an earlier look.
   *
   * @param p not corrected for the number of metrics
   */
  public record OneLook(Interval interval, double p) {}
}
