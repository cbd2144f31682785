package dev.attune.kafka.audit;

import dev.attune.core.scoring.GateVerdict;
import dev.attune.core.scoring.RolloutProgress.Step;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a gate said of a version, or which slot the version got or left. The schema ModelStep says
 * what the words mean.
 *
 * @param step {@code offline}, or the slot
 * @param gate the measure that is judged; null: all that the step asks
 * @param figures what was measured and what was asked, by name
 * @param reason null: none is given
 */
public record VersionStep(
    String version,
    String step,
    @Nullable String gate,
    Verdict verdict,
    Map<String, Double> figures,
    @Nullable String reason) {
  /** What became of it. */
  public enum Verdict {
    PASSED,
    FAILED,
    ENTERED,
    OVERRIDDEN,
    LEFT;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What the gates said when a version was made. */
  public static List<VersionStep> offline(String version, List<GateVerdict> gates) {
    return gates.stream().map(gate -> of(version, "offline", gate)).toList();
  }

  /** What one gate said of a version in a slot. */
  public static VersionStep of(String version, Step slot, GateVerdict gate) {
    return of(version, word(slot), gate);
  }

  private static VersionStep of(String version, String step, GateVerdict gate) {
    Verdict verdict = gate.isPassed() ? Verdict.PASSED : Verdict.FAILED;
    return new VersionStep(version, step, gate.gate(), verdict, gate.figures(), gate.failure());
  }

  /** What became of a version in a slot, or on its way there. */
  public static VersionStep of(
      String version,
      Step slot,
      Verdict verdict,
      Map<String, Double> figures,
      @Nullable String reason) {
    return new VersionStep(version, word(slot), null, verdict, figures, reason);
  }

  private static String word(Step slot) {
    return slot.name().toLowerCase(Locale.ROOT);
  }
}
