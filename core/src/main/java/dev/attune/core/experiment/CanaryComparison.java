package dev.attune.core.experiment;

import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.schemas.avro.Decision;
import java.util.List;
import java.util.Optional;

/**
 * The comparison of a canary with the live model: {@code canary} in {@code experiments.yaml}. It
 * runs by itself while a version is the canary. The arm is where the hash of the user puts him,
 * also when a fallback answered: who is compared must not depend on how the model did.
 *
 * <p>Its id is {@code canary:<version>:<share>:<live version>}. So a comparison ends, and another
 * one begins, when the share or the live version changes: a user who was seen in the arm {@code
 * live} may be the canary's then, or another model's. Who asks for {@code canary:<version>} gets
 * the one that began last.
 */
public record CanaryComparison(AnalysisPlan plan) {
  /** Of ids, and of what users are hashed with. */
  private static final String PREFIX = "canary:";

  /** Versions have none. */
  private static final String SEPARATOR = ":";

  /** The control first. */
  static final List<String> ARMS = List.of("live", "canary");

  /** What a version's comparisons are asked for by, and its users hashed with. */
  public static String id(String version) {
    return PREFIX + version;
  }

  private static String id(String version, double share, String live) {
    return String.join(SEPARATOR, id(version), Double.toString(share), live);
  }

  /** Whether an experiment's id is that of some version's comparison. */
  public static boolean isOne(String experiment) {
    return experiment.startsWith(PREFIX);
  }

  /**
   * Whether an experiment is one of the comparisons that are asked for.
   *
   * @param asked {@link #id(String)} of a version, or the whole id of one comparison
   */
  public static boolean isAmong(String asked, String experiment) {
    return isOne(asked) && (experiment.equals(asked) || experiment.startsWith(asked + SEPARATOR));
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
    String live = decision.getCanaryLive();
    boolean chosen = isChosen(version, share, decision.getUserId());
    return Optional.of(
        new Enrolment(
            // without the live version: a prediction from before it was told
            live == null ? id(version) : id(version, share, live),
            ARMS.get(chosen ? 1 : 0),
            List.of(1 - share, share),
            chosen ? share : 1 - share,
            plan));
  }
}
