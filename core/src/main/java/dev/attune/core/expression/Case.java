package dev.attune.core.expression;

import dev.cel.common.ast.CelMutableExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One way for a condition to hold: all of these facts. */
record Case(List<Fact> facts) {

  Case and(Case other) {
    List<Fact> all = new ArrayList<>(facts);
    all.addAll(other.facts);
    return new Case(all);
  }

  boolean isImpossible() {
    return known().values().stream().anyMatch(Known::isImpossible);
  }

  /** Whether the other holds too wherever this one does. */
  boolean implies(Case other) {
    Map<CelMutableExpr, Known> known = known();
    return other.facts.stream()
        .allMatch(fact -> known.getOrDefault(fact.term(), Known.NOTHING).entails(fact));
  }

  private Map<CelMutableExpr, Known> known() {
    Map<CelMutableExpr, Known> known = new HashMap<>();
    facts.forEach(
        fact -> known.merge(fact.term(), Known.NOTHING.and(fact), (sofar, _) -> sofar.and(fact)));
    return known;
  }
}
