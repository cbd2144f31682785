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
record Known(@Nullable Set<Object> only, Set<Object> except, @Nullable Interval number) {

  static final Known NOTHING = new Known(null, Set.of(), null);

  Known and(Fact fact) {
    return switch (fact) {
      case Fact.OneOf(_, Set<Object> values) -> new Known(both(values), except, number);
      case Fact.NoneOf(_, Set<Object> values) -> {
        var all = new HashSet<>(except);
        all.addAll(values);
        yield new Known(only, all, number);
      }
      case Fact.Within(_, Interval interval) ->
          new Known(only, except, number == null ? interval : number.and(interval));
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

  boolean entails(Fact fact) {
    return switch (fact) {
      case Fact.OneOf(_, Set<Object> values) ->
          only != null && only.stream().filter(this::allows).allMatch(values::contains);
      case Fact.NoneOf(_, Set<Object> values) -> values.stream().noneMatch(this::allows);
      case Fact.Within(_, Interval interval) -> liesIn(interval);
    };
  }

  private boolean liesIn(Interval interval) {
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
