package dev.attune.training.importing;

import dev.attune.core.privacy.Masking;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.ParsedEvent;
import dev.attune.schemas.json.Rfc3339;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One event from a row: the template's JSON, read by the very reader that the gateway uses, so that
 * what is imported is what would be accepted.
 */
final class EventLine {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  static final EventJson EVENTS = EventJson.standard();

  private EventLine() {}

  /** An event, or why there is none. */
  sealed interface Result {
    record Made(long time, String line) implements Result {}

    record Refused(String reason) implements Result {}
  }

  /**
   * @param masking of what people wrote; null: it stays as it is
   */
  static Result make(
      ImportMapping.EventTemplate template,
      TimeFormat times,
      ColumnTemplate.Row row,
      @Nullable Masking masking) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", template.type());
    for (Map.Entry<String, ColumnTemplate> field : template.fields().entrySet()) {
      String text = field.getValue().fill(row);
      if (!text.isEmpty()) {
        event.put(field.getKey(), text);
      }
    }
    OptionalLong time = time(event.get("occurredAt"), times);
    if (time.isEmpty()) {
      return new Result.Refused("no time that can be read");
    }
    event.put("occurredAt", Rfc3339.format(time.getAsLong() + template.plus().toMillis()));
    event.put(template.type(), detail(template, row));
    return switch (EVENTS.readLine(JSON.writeValueAsString(event))) {
      case ParsedEvent.Valid valid -> {
        InteractionEvent made = valid.event();
        if (masking != null && made.get(field(template.type()).pos()) instanceof IndexedRecord of) {
          mask(of, masking);
        }
        yield new Result.Made(made.getOccurredAt(), EVENTS.write(made));
      }
      case ParsedEvent.Invalid invalid -> new Result.Refused(reason(invalid));
    };
  }

  /** What people wrote, not the ids that hold events together. */
  private static void mask(IndexedRecord detail, Masking masking) {
    for (Schema.Field field : detail.getSchema().getFields()) {
      if (detail.get(field.pos()) instanceof String text && !field.name().endsWith("Id")) {
        detail.put(field.pos(), masking.text(text));
      }
    }
  }

  private static Schema.Field field(String type) {
    return InteractionEvent.getClassSchema().getField(type);
  }

  private static String reason(ParsedEvent.Invalid invalid) {
    String field = invalid.error().field();
    return (field == null ? "" : field + ": ") + invalid.error().detail();
  }

  private static Map<String, Object> detail(
      ImportMapping.EventTemplate template, ColumnTemplate.Row row) {
    Map<String, Object> detail = new LinkedHashMap<>();
    for (Map.Entry<String, ImportMapping.Detail> field : template.detail().entrySet()) {
      String text = field.getValue().template().fill(row);
      if (!text.isEmpty()) {
        detail.put(field.getKey(), typed(field.getValue().type(), text));
      }
    }
    return detail;
  }

  /** Numbers and flags leave their quotes; a text that is none stays one and is refused. */
  private static Object typed(Schema.@Nullable Type type, String text) {
    if (type == null) {
      return text;
    }
    try {
      return switch (type) {
        case INT, LONG -> Long.valueOf(text.strip());
        case FLOAT, DOUBLE -> Double.valueOf(text.strip());
        case BOOLEAN -> Boolean.valueOf(text.strip());
        default -> text;
      };
    } catch (NumberFormatException e) {
      return text;
    }
  }

  private static OptionalLong time(@Nullable Object text, TimeFormat times) {
    if (text == null) {
      return OptionalLong.empty();
    }
    return times.millis(text.toString().strip());
  }
}
