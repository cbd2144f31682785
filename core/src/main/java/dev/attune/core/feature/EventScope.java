package dev.attune.core.feature;

import dev.attune.core.expression.Scope;
import dev.attune.core.expression.VariableType;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event as a filter sees it. */
record EventScope(InteractionEvent event, EventField[] fields) implements Scope {
  @Override
  public @Nullable Object value(int slot) {
    EventField field = fields[slot];
    Object value = field.value(event);
    return switch (field.type()) {
      case NUMBER -> value instanceof Number n ? n.doubleValue() : Double.NaN;
      case MAP -> value instanceof Map<?, ?> map ? PropertyValue.values(map) : Map.of();
      case TEXT, FLAG, TEXTS -> value;
    };
  }

  @Override
  public double number(int slot) {
    return fields[slot].number(event);
  }

  @Override
  public @Nullable String text(int slot) {
    return fields[slot].type() == VariableType.TEXT ? fields[slot].text(event) : null;
  }
}
