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
  private final JsonFactory json;

  EventWriter(JsonFactory json) {
    this.json = json;
  }

  String write(InteractionEvent event) {
    StringWriter out = new StringWriter(256);
    Map<String, String> unknown = event.getProperties();
    try (JsonGenerator to = json.createGenerator(ObjectWriteContext.empty(), out)) {
      record(JsonForm.EVENT, event, "", unknown == null ? Map.of() : unknown, to);
    }
    return out.toString();
  }

  private static void record(
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
      if (owner(entry.getKey()).equals(prefix)) {
        to.writeName(entry.getKey().substring(prefix.length()));
        to.writeRawValue(entry.getValue());
      }
    }
    to.writeEndObject();
  }

  /** "clicked." for an unknown field of the clicked record, "" for one of the event itself. */
  private static String owner(String path) {
    int dot = path.indexOf('.');
    Field field = dot < 0 ? null : JsonForm.EVENT.field(path.substring(0, dot));
    return field == null || field.kind() != JsonForm.Kind.RECORD ? "" : path.substring(0, dot + 1);
  }

  private static void value(
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

  private static void map(Map<?, ?> map, JsonGenerator to) {
    to.writeStartObject();
    map.forEach(
        (name, text) -> {
          to.writeName((String) name);
          to.writeRawValue((String) text);
        });
    to.writeEndObject();
  }
}
