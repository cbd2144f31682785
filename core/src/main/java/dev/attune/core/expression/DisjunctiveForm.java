package dev.attune.core.expression;

import java.util.List;

/**
 * When a condition holds, as far as its text tells: the cases in which it does. Answers are sound
 * and not complete: a yes is certain, a no only says that it could not be shown. Comparisons with
 * literals are understood, joined by {@code && || !}; anything else is a riddle that says nothing
 * but whether it is true.
 */
public final class DisjunctiveForm {
  private final List<Conjunction> cases;

  DisjunctiveForm(List<Conjunction> cases) {
    this.cases = cases.stream().filter(each -> !each.isImpossible()).toList();
  }

  /** It holds of everything. */
  public boolean always() {
    return cases.stream().anyMatch(each -> each.facts().isEmpty());
  }

  /** It contradicts itself. */
  public boolean never() {
    return cases.isEmpty();
  }

  /** Wherever this condition holds, the other one does. */
  public boolean implies(DisjunctiveForm other) {
    return cases.stream().allMatch(mine -> other.cases.stream().anyMatch(mine::implies));
  }
}
