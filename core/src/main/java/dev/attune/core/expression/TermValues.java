package dev.attune.core.expression;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that a list of facts says of one term: the values that it may have.
 *
 * @param only null: any value
 * @param number null: it need not be a number
 */
record TermValues(@Nullable Set<Object> only, Set<Object> except, @Nullable NumberRange number) {
  static final TermValues NOTHING = new TermValues(null, Set.of(), null);

  TermValues and(TermFact fact) {
    return switch (fact) {
      case TermFact.OneOf(_, Set<Object> values) -> new TermValues(both(values), except, number);
      case TermFact.NoneOf(_, Set<Object> values) -> {
        var all = new HashSet<>(except);
        all.addAll(values);
        yield new TermValues(only, all, number);
      }
      case TermFact.Within(_, NumberRange interval) ->
          new TermValues(only, except, number == null ? interval : number.and(interval));
    };
  }

  private Set<Object> both(Set<Object> values) {
    var both = new HashSet<>(values);
    if (only != null) {
      both.retainAll(only);
    }
    return both;
  }

  /** Whether no value is left, so that the facts contradict each other. */
  boolean isImpossible() {
    return only == null
        ? number != null && number.isEmpty()
        : only.stream().noneMatch(this::allows);
  }

  boolean entails(TermFact fact) {
    return switch (fact) {
      case TermFact.OneOf(_, Set<Object> values) ->
          only != null && only.stream().filter(this::allows).allMatch(values::contains);
      case TermFact.NoneOf(_, Set<Object> values) -> values.stream().noneMatch(this::allows);
      case TermFact.Within(_, NumberRange interval) -> liesIn(interval);
    };
  }

  private boolean liesIn(NumberRange interval) {
    if (only != null) {
      return only.stream()
          .filter(this::allows)
          .allMatch(value -> value instanceof Double d && interval.contains(d));
    }
    return number != null && number.isWithin(interval);
  }

  private boolean allows(Object value) {
    return (only == null || only.contains(value))
        && !except.contains(value)
        && (number == null || (value instanceof Double d && number.contains(d)));
  }
}
