package dev.attune.core.reply;

import dev.attune.core.expression.Condition;
import dev.attune.core.expression.DisjunctiveForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds rules of a slot that can never speak, because an earlier one always does first. Only what
 * is certain is reported; see {@link DisjunctiveForm}.
 */
final class UnreachableRules {
  private record Seen(String name, int line, String when, DisjunctiveForm form) {}

  private final List<Seen> seen = new ArrayList<>();

  /** Why this rule, the slot's next one, is never reached; empty when it may be. */
  Optional<String> obstacle(String name, int line, Condition condition) {
    String when = condition.compiled().text().strip();
    DisjunctiveForm form = condition.form();
    Optional<String> obstacle =
        form.never()
            ? Optional.of("its condition contradicts itself")
            : twin(when).or(() -> covering(form));
    seen.add(new Seen(name, line, when, form));
    return obstacle;
  }

  private Optional<String> twin(String when) {
    return seen.stream()
        .filter(earlier -> earlier.when().equals(when))
        .findFirst()
        .map(earlier -> named(earlier) + " has the same condition");
  }

  private Optional<String> covering(DisjunctiveForm form) {
    return seen.stream()
        .filter(earlier -> form.implies(earlier.form()))
        .findFirst()
        .map(
            earlier ->
                earlier.form().always()
                    ? named(earlier) + " always holds"
                    : named(earlier) + " comes first and holds whenever this one does");
  }

  private static String named(Seen earlier) {
    return "`" + earlier.name() + "` (line " + earlier.line() + ")";
  }
}
