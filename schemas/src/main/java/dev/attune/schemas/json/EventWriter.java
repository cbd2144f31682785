package dev.attune.schemas.json;

import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.JsonForm.Field;
import java.io.StringWriter;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes an event in the form that {@link EventReader} reads; absent fields are left out. */
final class EventWriter {
  /** Readers take some 500 levels; the event's own come on top. */
  private static final int MOST_LEVELS = 450;

  private final JsonFactory json;
  private final PropertyRules rules;

  EventWriter(JsonFactory json) {
    this.json = json;
    this.rules = new PropertyRules(EventJson.strictFactory(MOST_LEVELS), EventLimits.standard());
  }

  String write(InteractionEvent event) {
    StringWriter out = new StringWriter(256);
    Map<String, String> unknown = event.getProperties();
    try (JsonGenerator to = json.createGenerator(ObjectWriteContext.empty(), out)) {
      record(JsonForm.EVENT, event, "", unknown == null ? Map.of() : unknown, to);
    }
    return out.toString();
  }

  private void record(
      JsonForm form,
      SpecificRecordBase record,
      String prefix,
      Map<String, String> unknown,
      JsonGenerator to) {
    to.writeStartObject();
    for (Field field : form.fields()) {
      value(field, record.get(field.position()), unknown, to);
    }
    for (Map.Entry<String, String> entry : unknown.entrySet()) {
      String path = entry.getKey();
      if (PropertyRules.owner(path).equals(prefix) && !PropertyRules.isField(path)) {
        to.writeName(path.substring(prefix.length()));
        property(entry.getValue(), to);
      }
    }
    to.writeEndObject();
  }

  private void value(
      Field field, @Nullable Object value, Map<String, String> unknown, JsonGenerator to) {
    if (value == null || (field.kind() == JsonForm.Kind.TIME && isUnset((Long) value))) {
      return;
    }
    to.writeName(field.name());
    switch (field.kind()) {
      case TEXT -> to.writeString((String) value);
      case REAL -> to.writeNumber((Double) value);
      case INT -> to.writeNumber((Integer) value);
      case FLAG -> to.writeBoolean((Boolean) value);
      case TIME -> to.writeString(Rfc3339.format((Long) value));
      case JSON_MAP -> map((Map<?, ?>) value, to);
      case RECORD ->
          record(field.nested(), (SpecificRecordBase) value, field.path() + ".", unknown, to);
    }
  }

  private static boolean isUnset(long time) {
    return time == EventTimes.NOT_GIVEN || time == 0;
  }

  private void map(Map<?, ?> map, JsonGenerator to) {
    to.writeStartObject();
    map.forEach(
        (name, text) -> {
          to.writeName((String) name);
          property((String) text, to);
        });
    to.writeEndObject();
  }

  /** Whoever may write to Kafka can put any text there. */
  private void property(String text, JsonGenerator to) {
    if (rules.isValue(text, MOST_LEVELS)) {
      to.writeRawValue(text);
    } else {
      to.writeString(text);
    }
  }
}
