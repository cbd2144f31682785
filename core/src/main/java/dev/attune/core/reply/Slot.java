package dev.attune.core.reply;

import dev.attune.core.expression.Expression;
import dev.attune.core.expression.Scope;
import java.util.List;
import java.util.Optional;

/**
 * A place in the chat that asks for words.
 *
 * @param maxLength a longer text counts as a template error
 * @param rules the first that holds speaks
 * @param generic what is said to everyone else
 * @param bareText the generic reply in the default locale without any variable: proven at load, so
 *     it is there when all else fails
 */
record Slot(int maxLength, List<Rule> rules, ReplyContent generic, String bareText) {
  record Rule(String name, Expression when, ReplyContent content) {}

  /** How many different replies it has. */
  int replies() {
    return rules.size() + 1;
  }

  Optional<Rule> firstThatHolds(Scope scope) {
    for (Rule rule : rules) {
      if (rule.when().test(scope)) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }
}
