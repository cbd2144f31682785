package dev.attune.core.expression;

import dev.cel.common.ast.CelMutableExpr;
import java.util.Set;

/**
 * What holds of a term (a part of a condition that has a value) when the condition does. Values are
 * strings, booleans, doubles without a negative zero, or {@link Missing}.
 */
sealed interface TermFact {
  CelMutableExpr term();

  /** The null of CEL, which sets don't take. */
  enum Missing {
    MISSING
  }

  record OneOf(CelMutableExpr term, Set<Object> values) implements TermFact {}

  /** The term may be missing too, unless that is among the values. */
  record NoneOf(CelMutableExpr term, Set<Object> values) implements TermFact {}

  record Within(CelMutableExpr term, NumberRange interval) implements TermFact {}
}
