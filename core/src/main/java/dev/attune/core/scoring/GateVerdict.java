package dev.attune.core.scoring;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a gate said of a version.
 *
 * @param gate the measure that it judges
 * @param figures what was measured and what was asked, by name
 * @param failure why it isn't passed, as a sentence's middle; null: it is passed
 */
public record GateVerdict(String gate, Map<String, Double> figures, @Nullable String failure) {
  public boolean isPassed() {
    return failure == null;
  }

  /** Why it isn't passed; empty: it is. */
  public Optional<String> whyNot() {
    return Optional.ofNullable(failure);
  }

  /** The failures among them. */
  public static List<String> failures(List<GateVerdict> all) {
    return all.stream().flatMap(verdict -> verdict.whyNot().stream()).toList();
  }
}
