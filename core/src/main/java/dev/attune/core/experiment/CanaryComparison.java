package dev.attune.core.experiment;

import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.schemas.avro.Decision;
import java.util.List;
import java.util.Optional;

/**
 * The comparison of a canary with the live model: {@code canary} in {@code experiments.yaml}. It
 * runs by itself while a version is the canary, under an id of its own for each version, {@code
 * canary:<version>}. The arm is where the hash of the user puts him, also when a fallback answered:
 * who is compared must not depend on how the model did.
 */
public record CanaryComparison(AnalysisPlan plan) {
  /** Of ids, and of what users are hashed with. */
  private static final String PREFIX = "canary:";

  /** The control first. */
  static final List<String> ARMS = List.of("live", "canary");

  /** The id of a version's comparison. */
  public static String id(String version) {
    return PREFIX + version;
  }

  /** Whether an experiment's id is that of some version's comparison. */
  public static boolean isOne(String experiment) {
    return experiment.startsWith(PREFIX);
  }

  /** Whether one that a user has entered is over when the user enters that one. */
  public static boolean isOver(String entered, String next) {
    return isOne(entered) && isOne(next) && !entered.equals(next);
  }

  /** Whether the canary scores this user: the lowest buckets, so that a growing share keeps all. */
  public static boolean isChosen(String version, double share, String userId) {
    return GrowthBookHash.bucket(id(version), userId) < share;
  }

  /** Empty when no version was the canary as the decision's prediction was made. */
  Optional<Enrolment> enrolment(Decision decision) {
    String version = decision.getCanary();
    if (version == null || plan.measured().isEmpty()) {
      return Optional.empty();
    }
    double share = decision.getCanaryShare();
    boolean chosen = isChosen(version, share, decision.getUserId());
    return Optional.of(
        new Enrolment(
            id(version),
            ARMS.get(chosen ? 1 : 0),
            List.of(1 - share, share),
            chosen ? share : 1 - share,
            plan));
  }
}
