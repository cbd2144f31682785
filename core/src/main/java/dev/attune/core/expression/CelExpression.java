package dev.attune.core.expression;

import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelVariableResolver;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An expression that CEL's own interpreter evaluates. */
record CelExpression(
    String text, CelRuntime.Program program, Map<String, Integer> slots, List<VariableType> types)
    implements Expression {
  @Override
  public boolean test(Scope scope) {
    CelVariableResolver resolver =
        name -> {
          Integer slot = slots.get(name);
          if (slot == null) {
            return Optional.empty();
          }
          return Optional.of(value(scope, slot));
        };
    try {
      return Boolean.TRUE.equals(program.eval(resolver));
    } catch (CelEvaluationException e) {
      return false;
    }
  }

  /** A number that is missing is NaN in compiled conditions, so it is here. */
  private Object value(Scope scope, int slot) {
    if (types.get(slot) == VariableType.NUMBER) {
      return scope.number(slot);
    }
    Object value = scope.value(slot);
    return value == null ? NullValue.NULL_VALUE : value;
  }
}
