package dev.attune.core.scoring;

import dev.attune.core.scoring.RolloutProgress.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a version may go live now: the gates that it passed when it was made, whether the version
 * that it was better than is still the live one, and whether it has passed the steps that it must
 * have. One that was live before may be again.
 *
 * @param live null: none
 * @param served versions that were live before
 * @param passed steps, by version
 */
public record PromotionGates(
    @Nullable String live, List<String> served, Map<String, List<Step>> passed) {
  static PromotionGates of(@Nullable LiveState state) {
    return state == null
        ? new PromotionGates(null, List.of(), Map.of())
        : new PromotionGates(state.version(), state.history(), state.passed());
  }

  /**
   * What a version's manifest says.
   *
   * @param failures of the gates when it was made, as sentences' middles
   * @param comparedWith the live version that it was better than; null: with none
   * @param needs steps that it must have passed before it goes live
   */
  public record Claims(
      String version, List<String> failures, @Nullable String comparedWith, List<Step> needs) {
    static Claims of(ModelManifest manifest) {
      return new Claims(
          manifest.version(), manifest.gateFailures(), manifest.comparedWith(), manifest.needs());
    }
  }

  /**
   * Why it must not score more users, as sentences' middles; empty: nothing speaks against it. What
   * it has to pass on its way is not asked.
   */
  public List<String> failures(ModelManifest manifest) {
    return failures(Claims.of(manifest));
  }

  private List<String> failures(Claims claims) {
    List<String> failures = new ArrayList<>(claims.failures());
    String comparedWith = claims.comparedWith();
    if (live != null
        && comparedWith != null
        && !live.equals(comparedWith)
        && !isOrWasLive(claims.version())) {
      failures.add(
          "it was compared with %s, but %s is live now: train again".formatted(comparedWith, live));
    }
    return failures;
  }

  /** The same, with the steps that it has to pass before it goes live. */
  public List<String> failuresForAll(Claims claims) {
    return with(failures(claims), claims, claims.needs());
  }

  /** The same of a manifest's version. */
  public List<String> failuresForAll(ModelManifest manifest) {
    return failuresForAll(Claims.of(manifest));
  }

  private List<String> with(List<String> failures, Claims claims, List<Step> needs) {
    List<Step> known = passed.getOrDefault(claims.version(), List.of());
    String missing =
        needs.stream()
            .filter(step -> !known.contains(step))
            .map(step -> "the " + step.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(" and "));
    if (!missing.isEmpty() && !isOrWasLive(claims.version())) {
      failures.add("it has not passed %s of ./attune retrain".formatted(missing));
    }
    return failures;
  }

  private boolean isOrWasLive(String version) {
    return version.equals(live) || served.contains(version);
  }

  void requireForAll(ModelManifest manifest) throws ModelException {
    require(manifest, failuresForAll(manifest));
  }

  /** One of other features can't have been in a slot before. */
  void requireWithFeatures(ModelManifest manifest) throws ModelException {
    require(manifest, failures(manifest));
  }

  /** A canary is a step itself. */
  void requireForCanary(ModelManifest manifest) throws ModelException {
    Claims claims = Claims.of(manifest);
    List<Step> before = claims.needs().stream().filter(step -> step == Step.SHADOW).toList();
    require(manifest, with(failures(claims), claims, before));
  }

  private static void require(ModelManifest manifest, List<String> failures) throws ModelException {
    if (!failures.isEmpty()) {
      throw new GatesException(
          "Version %s stays a candidate: %s."
              .formatted(manifest.version(), String.join("; ", failures)));
    }
  }
}
