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
    /** The event counts as a one. */
    ONE,
    NUMBER,
    TEXT,
    /** A whole message. */
    MESSAGE,
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
      case ONE -> o.number(1);
      case NUMBER -> field != null && o.number(field.number(event));
      case TEXT -> field != null && o.text(cut(field.text(event), FeatureSet.LONGEST_CATEGORY));
      case MESSAGE -> field != null && o.text(cut(field.text(event), FeatureSet.LONGEST_MESSAGE));
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

  /** What is longer is cut so that the row stays bounded. */
  private static @Nullable String cut(@Nullable String text, int longest) {
    if (text == null || text.length() <= longest) {
      return text;
    }
    return text.substring(
        0, Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest);
  }
}
