package dev.attune.simulation.demo;

import dev.attune.core.experiment.statistics.ArmValue;
import dev.attune.core.experiment.statistics.ConfidenceSequence;
import dev.attune.core.experiment.statistics.Effect;
import dev.attune.core.experiment.statistics.Interval;
import dev.attune.core.experiment.statistics.Moments;
import dev.attune.simulation.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An experiment read from how the visits ended: per arm the share of visits that the bot settled
 * alone, and the difference of two arms with its interval.
 *
 * <p>The unit is the customer, since arms are assigned to customers: a customer brings the visits
 * settled and the visits made. Value, error and interval are the statistics that results on the
 * stream are judged by: the interval may be looked at while the demo runs.
 */
record ArmComparison(String experiment, List<Arm> arms) {
  static final int ENOUGH = 30;

  /** A demo has some hundred customers an arm. */
  private static final ConfidenceSequence SEQUENCE = new ConfidenceSequence(0.05, 500);

  /**
   * One arm.
   *
   * @param settled of the customers' visits, by customer
   */
  record Arm(String name, Moments settled) {
    long customers() {
      return settled.users();
    }

    double share() {
      return settled.ratio();
    }
  }

  /** A difference of two shares with its 95 % interval. */
  record Difference(Arm of, Arm against, double value, Interval interval) {
    boolean isClear() {
      return interval.excludesZero();
    }
  }

  /** The experiment that most customers took part in; empty when none ran. */
  static Optional<ArmComparison> of(List<Outcome> outcomes) {
    Map<String, Map<String, Map<String, List<Outcome>>>> byExperiment = new TreeMap<>();
    for (Outcome outcome : outcomes) {
      if (outcome.experiment() != null && outcome.variant() != null) {
        byExperiment
            .computeIfAbsent(outcome.experiment(), name -> new TreeMap<>())
            .computeIfAbsent(outcome.variant(), name -> new LinkedHashMap<>())
            .computeIfAbsent(outcome.userId(), name -> new ArrayList<>())
            .add(outcome);
      }
    }
    return byExperiment.entrySet().stream()
        .map(e -> new ArmComparison(e.getKey(), arms(e.getValue())))
        .max((a, b) -> Long.compare(a.customers(), b.customers()));
  }

  private static List<Arm> arms(Map<String, Map<String, List<Outcome>>> byArm) {
    return byArm.entrySet().stream().map(e -> arm(e.getKey(), e.getValue())).toList();
  }

  private static Arm arm(String name, Map<String, List<Outcome>> byCustomer) {
    Moments sums = Moments.NONE;
    for (List<Outcome> visits : byCustomer.values()) {
      long settled = visits.stream().filter(Outcome::settledByBot).count();
      sums = sums.add(settled, visits.size(), 0);
    }
    return new Arm(name, sums);
  }

  private long customers() {
    return arms.stream().mapToLong(Arm::customers).sum();
  }

  /** The first arm that is not {@code control} against {@code control}; empty with too few. */
  Optional<Difference> difference() {
    Optional<Arm> control = arms.stream().filter(arm -> arm.name().equals("control")).findFirst();
    Optional<Arm> treatment =
        arms.stream().filter(arm -> !arm.name().equals("control")).findFirst();
    if (control.isEmpty() || treatment.isEmpty()) {
      return Optional.empty();
    }
    Arm of = treatment.get();
    Arm against = control.get();
    if (of.customers() < ENOUGH || against.customers() < ENOUGH) {
      return Optional.empty();
    }
    ArmValue pooled = ArmValue.of(against.settled().plus(of.settled()));
    Effect effect =
        Effect.of(
            ArmValue.of(against.settled()).varyingAtLeastAs(pooled, 1),
            ArmValue.of(of.settled()).varyingAtLeastAs(pooled, 1));
    return Optional.of(
        new Difference(of, against, effect.difference(), SEQUENCE.difference(effect)));
  }
}
