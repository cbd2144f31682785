package dev.attune.core.feature;

import dev.attune.schemas.avro.InteractionEvent;
import org.jspecify.annotations.Nullable;

/** An accumulator that hears of a source's events. */
record AccumulatorInput(
    Accumulator accumulator,
    EventSource source,
    Operand operand,
    int tag,
    @Nullable TextHasher hasher) {
  /** What an accumulator takes of an event. */
  enum Operand {
    NONE,
    NUMBER,
    TEXT,
    TOKENS
  }

  /** Fills the observation; false when the event doesn't count here. */
  boolean take(InteractionEvent event, Observation o) {
    if (!source.accepts(event)) {
      return false;
    }
    o.tag = tag;
    EventField field = source.field();
    return switch (operand) {
      case NONE -> true;
      case NUMBER -> field != null && o.number(field.number(event));
      case TEXT -> field != null && o.text(shortened(field.text(event)));
      case TOKENS -> {
        String text = field == null ? null : field.text(event);
        if (text == null || hasher == null) {
          yield false;
        }
        o.bag = hasher.bag(text);
        yield true;
      }
    };
  }

  /** A category is a short name; what is longer is cut so that the row stays bounded. */
  private static @Nullable String shortened(@Nullable String text) {
    if (text == null || text.length() <= FeatureSet.LONGEST_CATEGORY) {
      return text;
    }
    int end = FeatureSet.LONGEST_CATEGORY;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
  }
}
