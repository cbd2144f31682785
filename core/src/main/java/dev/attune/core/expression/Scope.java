package dev.attune.core.expression;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values that an expression is evaluated on, by the variable's slot: its place in the declared
 * order. Values are Double, String, Boolean, a list of strings or a map from strings, according to
 * the declared {@link VariableType}; null and NaN mean missing.
 */
public interface Scope {
  @Nullable Object value(int slot);

  default double number(int slot) {
    return value(slot) instanceof Number n ? n.doubleValue() : Double.NaN;
  }

  default @Nullable String text(int slot) {
    return value(slot) instanceof String s ? s : null;
  }

  /** Values in the order in which the variables were declared. */
  static Scope of(List<? extends @Nullable Object> values) {
    return values::get;
  }

  /** Values by name, for {@link Expressions} over the same names. */
  static Scope of(Expressions expressions, Map<String, ? extends @Nullable Object> values) {
    List<String> names = expressions.names();
    return slot -> values.get(names.get(slot));
  }
}
