package dev.attune.core.feature;

import dev.attune.core.expression.Expression;
import dev.attune.schemas.avro.InteractionEvent;
import org.jspecify.annotations.Nullable;

/** Which events a feature hears of, and which of their values. */
record EventSource(
    String type,
    @Nullable EventField field,
    @Nullable Expression filter,
    EventField[] filterFields,
    String text) {
  boolean accepts(InteractionEvent event) {
    return filter == null || filter.test(new EventScope(event, filterFields));
  }

  boolean isAny() {
    return type.equals(EventTypes.ANY);
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof EventSource other && text.equals(other.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
