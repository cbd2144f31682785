package dev.attune.local.demo;

import dev.attune.local.simulation.Outcome;
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
 * <p>The unit is the customer, since arms are assigned to customers: a customer's visits are
 * averaged first. The interval is Welch's, mean difference ± 1.96 standard errors; from {@link
 * #ENOUGH} customers an arm the normal quantile is close enough to Student's.
 */
record ArmComparison(String experiment, List<Arm> arms) {
  static final int ENOUGH = 30;
  private static final double QUANTILE = 1.96;

  /**
   * One arm.
   *
   * @param mean of the customers' shares of visits that the bot settled
   * @param variance between customers
   */
  record Arm(String name, int customers, double mean, double variance) {}

  /** A difference of two means with the 95 % interval. */
  record Difference(Arm of, Arm against, double value, double low, double high) {
    boolean isClear() {
      return low > 0 || high < 0;
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
        .max((a, b) -> Integer.compare(a.customers(), b.customers()));
  }

  private static List<Arm> arms(Map<String, Map<String, List<Outcome>>> byArm) {
    return byArm.entrySet().stream().map(e -> arm(e.getKey(), e.getValue())).toList();
  }

  private static Arm arm(String name, Map<String, List<Outcome>> byCustomer) {
    double[] shares = byCustomer.values().stream().mapToDouble(ArmComparison::settled).toArray();
    double mean = 0;
    for (double share : shares) {
      mean += share / shares.length;
    }
    double squares = 0;
    for (double share : shares) {
      squares += (share - mean) * (share - mean);
    }
    return new Arm(
        name, shares.length, mean, shares.length < 2 ? 0 : squares / (shares.length - 1));
  }

  private static double settled(List<Outcome> visits) {
    return visits.stream().filter(Outcome::settledByBot).count() / (double) visits.size();
  }

  private int customers() {
    return arms.stream().mapToInt(Arm::customers).sum();
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
    double error =
        Math.sqrt(of.variance() / of.customers() + against.variance() / against.customers());
    double value = of.mean() - against.mean();
    return Optional.of(
        new Difference(of, against, value, value - QUANTILE * error, value + QUANTILE * error));
  }
}
