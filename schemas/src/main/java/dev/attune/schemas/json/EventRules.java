package dev.attune.schemas.json;

import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.JsonForm.Field;
import dev.attune.schemas.json.JsonForm.TextRule;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/** What contract §3 asks of an event, whichever encoding it came in. */
public final class EventRules {
  private static final String ERASED = "user_erased";
  private static final int LONGEST_ID = 128;

  /** Of scores; a scale of percent is the widest in use. */
  private static final double HIGHEST_SCORE = 100;

  /** Of what is said in seconds: a year. One number must not outweigh everybody's. */
  private static final double MOST_SECONDS = 366 * 86_400.0;

  /** Detail records, by the type that names them. */
  private static final List<Field> DETAILS =
      JsonForm.EVENT.fields().stream().filter(EventRules::isDetail).toList();

  private static final List<Field> PLAIN =
      JsonForm.EVENT.fields().stream().filter(f -> f.kind() != JsonForm.Kind.RECORD).toList();

  private static final String TYPES =
      DETAILS.stream()
          .map(Field::name)
          .filter(n -> !n.equals(ERASED))
          .collect(Collectors.joining(", "));

  private EventRules() {}

  /**
   * The first rule the event breaks, null when it keeps them all. An absent detail record whose
   * fields are all optional is filled in empty, so that readers find what {@code type} names.
   */
  public static @Nullable EventError check(InteractionEvent event) {
    return ERASED.equals(event.getType())
        ? EventError.invalid("type", "user_erased is internal; erase by the response API")
        : rules(event);
  }

  /**
   * The same for an event that lies in the topic, where erasures are allowed. Whoever may write to
   * Kafka can write there what no gateway has seen.
   */
  public static @Nullable EventError checkStored(InteractionEvent event) {
    return event.getOccurredAt() == EventTimes.NOT_GIVEN
        ? EventError.invalid("occurredAt", "missing")
        : rules(event);
  }

  private static @Nullable EventError rules(InteractionEvent event) {
    EventError error = fields(PLAIN, event);
    if (error != null) {
      return error;
    }
    Field detail = JsonForm.EVENT.field(event.getType());
    return detail == null || !isDetail(detail)
        ? EventError.invalid("type", "expected one of " + TYPES)
        : details(event, detail);
  }

  /** Whether a text can be the id of an event, a user or a session. */
  public static boolean isIdentifier(String text) {
    return !text.isEmpty() && !tooLong(text, LONGEST_ID) && !hasControl(text);
  }

  private static boolean isDetail(Field field) {
    return field.kind() == JsonForm.Kind.RECORD && !field.name().equals("context");
  }

  private static @Nullable EventError details(InteractionEvent event, Field named) {
    for (Field field : DETAILS) {
      boolean present = event.get(field.position()) != null;
      if (field == named && !present) {
        if (!field.nested().allOptional()) {
          return EventError.invalid(
              field.name(), "expected the record " + field.name() + required(field.nested()));
        }
        event.put(field.position(), field.nested().newRecord());
      } else if (field != named && present) {
        return EventError.invalid(
            field.name(), "not allowed: type names the one detail record, " + named.name());
      }
    }
    return event.get(named.position()) instanceof SpecificRecordBase detail
        ? fields(named.nested().fields(), detail)
        : null;
  }

  private static String required(JsonForm form) {
    return form.fields().stream()
        .filter(Field::required)
        .map(Field::name)
        .collect(Collectors.joining(" and ", " with ", ""));
  }

  private static @Nullable EventError fields(List<Field> fields, SpecificRecordBase record) {
    for (Field field : fields) {
      EventError error = field(field, record.get(field.position()));
      if (error != null) {
        return error;
      }
    }
    return null;
  }

  private static @Nullable EventError field(Field field, @Nullable Object value) {
    if (value == null) {
      return field.required() ? field.missing() : null;
    }
    return switch (field.kind()) {
      case TEXT -> text(field.path(), field.text(), (String) value);
      case REAL -> real(field.path(), (Double) value);
      case INT ->
          (Integer) value < 0 ? EventError.invalid(field.path(), "expected 0 or more") : null;
      case TIME -> time(field.path(), (Long) value);
      case FLAG, JSON_MAP, RECORD -> null;
    };
  }

  private static @Nullable EventError time(String path, long value) {
    return value == EventTimes.NOT_GIVEN || EventTimes.isWritable(value)
        ? null
        : EventError.invalid(path, "expected a time of the years 0000 to 9999");
  }

  /** Scores may be negative (thumbs down), durations may not. */
  private static @Nullable EventError real(String path, double value) {
    boolean seconds = path.endsWith("econds");
    double least = seconds ? 0 : -HIGHEST_SCORE;
    double most = seconds ? MOST_SECONDS : HIGHEST_SCORE;
    return value >= least && value <= most
        ? null
        : EventError.invalid(
            path, String.format(Locale.ROOT, "expected %.0f to %.0f", least, most));
  }

  private static @Nullable EventError text(String path, TextRule rule, String value) {
    if (rule == TextRule.FREE) {
      return null;
    }
    if (!rule.oneOf().isEmpty()) {
      return rule.oneOf().contains(value)
          ? null
          : EventError.invalid(path, "expected one of " + String.join(", ", rule.oneOf()));
    }
    if (value.isEmpty() || tooLong(value, rule.maxLength())) {
      return EventError.invalid(path, "expected 1 to " + rule.maxLength() + " characters");
    }
    return hasControl(value) ? EventError.invalid(path, "expected no control characters") : null;
  }

  private static boolean tooLong(String value, int max) {
    return value.length() > max && value.codePointCount(0, value.length()) > max;
  }

  private static boolean hasControl(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (Character.isISOControl(value.charAt(i))) {
        return true;
      }
    }
    return false;
  }
}
