package dev.attune.gateway.privacy;

import dev.attune.schemas.avro.AgentReplied;
import dev.attune.schemas.avro.Custom;
import dev.attune.schemas.avro.EventContext;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.EventRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Valid events that say a text in each place where an event can hold one. */
public final class SpelledEvents {
  private static final EventJson JSON = EventJson.standard();
  private static final JsonMapper STRINGS = JsonMapper.shared();

  private SpelledEvents() {}

  /** One event a place; places whose rule the text breaks are left out. */
  public static List<InteractionEvent> of(String text) {
    List<InteractionEvent> events = new ArrayList<>();
    for (MaskedField field : MaskedField.of(List.of())) {
      InteractionEvent event = inField(field, text);
      if (EventRules.check(event) == null) {
        events.add(event);
      }
    }
    String string = STRINGS.writeValueAsString(text);
    events.add(custom("note", string));
    events.add(custom("nested", "{\"a\":[1,{\"b\":" + string + "}]}"));
    events.add(custom("names", "{\"a\":{" + string + ":true}}"));
    if (text.length() <= 256) {
      events.add(custom(text, "1"));
      events.add(unknown(text, "true"));
    }
    events.add(unknown("future", string));
    events.add(unknown("context.future", "[" + string + "]"));
    return events;
  }

  /** The same event as JSON. */
  public static String json(InteractionEvent event) {
    return JSON.write(event);
  }

  /** The same event as JSON with every character of a text as an escape. */
  public static String escaped(InteractionEvent event, String text) {
    String string = STRINGS.writeValueAsString(text);
    StringBuilder escapes = new StringBuilder();
    text.chars().forEach(c -> escapes.append("\\u%04x".formatted(c)));
    return json(event).replace(string.substring(1, string.length() - 1), escapes);
  }

  private static InteractionEvent inField(MaskedField field, String text) {
    InteractionEvent event = event("session_started");
    if (field.parent() < 0) {
      event.put(field.field(), text);
      return event;
    }
    Schema.Field parent = event.getSchema().getFields().get(field.parent());
    SpecificRecordBase record = record(parent.schema().getTypes().get(1));
    record.put(field.field(), text);
    event.put(field.parent(), record);
    if (!parent.name().equals("context")) {
      event.setType(parent.name());
    }
    return event;
  }

  private static SpecificRecordBase record(Schema schema) {
    var record =
        (SpecificRecordBase) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
    for (Schema.Field field : schema.getFields()) {
      Object value = required(field);
      if (value != null) {
        record.put(field.pos(), value);
      }
    }
    return record;
  }

  private static @Nullable Object required(Schema.Field field) {
    return switch (field.schema().getType()) {
      case STRING -> field.name().equals("kind") ? "csat" : "x";
      case DOUBLE -> 1.0;
      case BOOLEAN -> false;
      case MAP -> new HashMap<String, String>();
      default -> null;
    };
  }

  private static InteractionEvent custom(String name, String json) {
    InteractionEvent event = event("custom");
    event.setCustom(new Custom("saved", new HashMap<>(Map.of(name, json))));
    return event;
  }

  private static InteractionEvent unknown(String name, String json) {
    InteractionEvent event = event("agent_replied");
    event.setAgentReplied(new AgentReplied(null, true));
    event.setContext(new EventContext());
    event.setProperties(new HashMap<>(Map.of(name, json)));
    return event;
  }

  private static InteractionEvent event(String type) {
    InteractionEvent event = new InteractionEvent();
    event.setEventId("e");
    event.setUserId("u");
    event.setType(type);
    event.setOccurredAt(1);
    return event;
  }
}
