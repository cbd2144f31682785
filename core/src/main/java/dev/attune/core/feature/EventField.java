package dev.attune.core.feature;

import dev.attune.core.expression.VariableType;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * A value within an event, resolved once to positions in the Avro records.
 *
 * @param record position of the record that holds it within the event; −1: the event itself
 * @param position within that record
 * @param property key within the map at that position; null when the value itself is meant
 */
record EventField(
    String name, VariableType type, int record, int position, @Nullable String property) {
  /** Up to here a double is exact for whole numbers. */
  private static final double LARGEST = 1L << 53;

  @Nullable Object value(InteractionEvent event) {
    Object holder = record < 0 ? event : event.get(record);
    if (!(holder instanceof SpecificRecordBase fields)) {
      return null;
    }
    Object value = fields.get(position);
    if (property == null) {
      return value;
    }
    return value instanceof Map<?, ?> map ? PropertyValue.value(map.get(property)) : null;
  }

  /**
   * NaN where there is none, and for one beyond {@link #LARGEST}: its square would end every sum
   * that it gets into.
   */
  double number(InteractionEvent event) {
    double number = asNumber(value(event));
    return Math.abs(number) <= LARGEST ? number : Double.NaN;
  }

  private double asNumber(@Nullable Object value) {
    return switch (value) {
      case Number n -> n.doubleValue();
      case Boolean b -> b ? 1 : 0;
      case String s when property != null -> PropertyValue.number(s);
      case null, default -> Double.NaN;
    };
  }

  @Nullable String text(InteractionEvent event) {
    Object value = value(event);
    return value == null ? null : value.toString();
  }
}
