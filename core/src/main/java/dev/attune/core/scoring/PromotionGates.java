package dev.attune.core.scoring;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a version may go live now: the gates that it passed when it was made, and whether the
 * version that it was better than is still the live one. One that was live before may be again.
 *
 * @param live null: none
 * @param served versions that were live before
 */
public record PromotionGates(@Nullable String live, List<String> served) {
  static PromotionGates of(@Nullable LiveState state) {
    return state == null
        ? new PromotionGates(null, List.of())
        : new PromotionGates(state.version(), state.history());
  }

  /**
   * Why it must not go live, as sentences' middles; empty: nothing speaks against it.
   *
   * @param ofItself what its manifest says
   * @param comparedWith the live version that it was better than; null: with none
   */
  public List<String> failures(
      String version, List<String> ofItself, @Nullable String comparedWith) {
    List<String> failures = new ArrayList<>(ofItself);
    boolean isOrWasLive = version.equals(live) || served.contains(version);
    if (live != null && comparedWith != null && !live.equals(comparedWith) && !isOrWasLive) {
      failures.add(
          "it was compared with %s, but %s is live now: train again".formatted(comparedWith, live));
    }
    return failures;
  }

  /** The same of a manifest's version. */
  public List<String> failures(ModelManifest manifest) {
    return failures(manifest.version(), manifest.gateFailures(), manifest.comparedWith());
  }

  void require(ModelManifest manifest) throws ModelException {
    List<String> failures = failures(manifest);
    if (!failures.isEmpty()) {
      throw new ModelException(
          "Version %s stays a candidate: %s."
              .formatted(manifest.version(), String.join("; ", failures)));
    }
  }
}
