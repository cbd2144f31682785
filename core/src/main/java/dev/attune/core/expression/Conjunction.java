package dev.attune.core.expression;

import dev.cel.common.ast.CelMutableExpr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One way for a condition to hold: all of these facts. */
record Conjunction(List<TermFact> facts) {
  Conjunction and(Conjunction other) {
    List<TermFact> all = new ArrayList<>(facts);
    all.addAll(other.facts);
    return new Conjunction(all);
  }

  boolean isImpossible() {
    return known().values().stream().anyMatch(TermValues::isImpossible);
  }

  /** Whether the other holds too wherever this one does. */
  boolean implies(Conjunction other) {
    Map<CelMutableExpr, TermValues> known = known();
    return other.facts.stream()
        .allMatch(fact -> known.getOrDefault(fact.term(), TermValues.NOTHING).entails(fact));
  }

  private Map<CelMutableExpr, TermValues> known() {
    Map<CelMutableExpr, TermValues> known = new HashMap<>();
    facts.forEach(
        fact ->
            known.merge(fact.term(), TermValues.NOTHING.and(fact), (sofar, _) -> sofar.and(fact)));
    return known;
  }
}
