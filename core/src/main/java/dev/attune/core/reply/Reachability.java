package dev.attune.core.reply;

import dev.attune.core.expression.ExpressionException;
import dev.attune.core.expression.Expressions;
import dev.attune.core.expression.Meaning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds rules of a slot that can never speak, because an earlier one always does first. Only what
 * is certain is reported; see {@link Meaning}.
 */
final class Reachability {

  private record Seen(String name, int line, String when, Meaning meaning) {}

  private final Expressions expressions;
  private final List<Seen> seen = new ArrayList<>();

  Reachability(Expressions expressions) {
    this.expressions = expressions;
  }

  /** Why this rule, the slot's next one, is never reached; empty when it may be. */
  Optional<String> obstacle(String name, int line, String when) {
    Meaning meaning;
    try {
      meaning = expressions.meaning(when);
    } catch (ExpressionException e) {
      // the condition's compiler reports it
      return Optional.empty();
    }
    Optional<String> obstacle =
        meaning.never()
            ? Optional.of("its condition contradicts itself")
            : twin(when).or(() -> covering(meaning));
    seen.add(new Seen(name, line, when, meaning));
    return obstacle;
  }

  private Optional<String> twin(String when) {
    return seen.stream()
        .filter(earlier -> earlier.when().equals(when))
        .findFirst()
        .map(earlier -> named(earlier) + " has the same condition");
  }

  private Optional<String> covering(Meaning meaning) {
    return seen.stream()
        .filter(earlier -> meaning.implies(earlier.meaning()))
        .findFirst()
        .map(
            earlier ->
                earlier.meaning().always()
                    ? named(earlier) + " always holds"
                    : named(earlier) + " comes first and holds whenever this one does");
  }

  private static String named(Seen earlier) {
    return "`" + earlier.name() + "` (line " + earlier.line() + ")";
  }
}
