package dev.attune.gateway.events;

import dev.attune.core.yaml.Spelling;
import dev.attune.gateway.events.IngestAnswer.Warning;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Fields of an event that no one reads: they are kept in {@code properties}, but count for no
 * feature. Most are misspelled, or stand one level too high or too low.
 */
final class UnknownFields {
  private static final String CODE = "unknown_field";

  /** Of one event: the first ones show what is wrong. */
  private static final int MOST = 5;

  private static final String EVENT = "";

  /** By the record's name, {@link #EVENT} for the event itself. */
  private static final Map<String, List<String>> FIELDS = fields();

  private UnknownFields() {}

  static List<Warning> of(int index, InteractionEvent event) {
    Map<String, String> unknown = event.getProperties();
    if (unknown == null || unknown.isEmpty()) {
      return List.of();
    }
    List<Warning> warnings = new ArrayList<>();
    unknown.keySet().stream()
        .sorted()
        .limit(MOST)
        .forEach(
            path ->
                warnings.add(
                    new Warning(index, event.getEventId(), CODE, path, detail(path, event))));
    return warnings;
  }

  private static String detail(String path, InteractionEvent event) {
    int dot = path.indexOf('.');
    String meant =
        dot < 0
            ? meantAtTop(path, event.getType())
            : meantIn(path.substring(0, dot), path.substring(dot + 1));
    return meant == null ? "not a field of the contract" : "did you mean " + meant + "?";
  }

  private static @Nullable String meantAtTop(String name, String type) {
    if (fieldsOf(type).contains(name)) {
      return type + "." + name;
    }
    return Spelling.nearest(name, fieldsOf(EVENT))
        .or(() -> Spelling.nearest(name, fieldsOf(type)).map(field -> type + "." + field))
        .orElse(null);
  }

  private static @Nullable String meantIn(String record, String name) {
    return fieldsOf(EVENT).contains(name)
        ? name + " of the event itself"
        : Spelling.nearest(name, fieldsOf(record)).orElse(null);
  }

  private static List<String> fieldsOf(String record) {
    return FIELDS.getOrDefault(record, List.of());
  }

  private static Map<String, List<String>> fields() {
    Map<String, List<String>> all = new HashMap<>();
    Schema event = InteractionEvent.getClassSchema();
    all.put(EVENT, names(event).stream().filter(name -> !name.equals("properties")).toList());
    for (Schema.Field field : event.getFields()) {
      Schema type = field.schema().isUnion() ? field.schema().getTypes().getLast() : field.schema();
      if (type.getType() == Schema.Type.RECORD) {
        all.put(field.name(), names(type));
      }
    }
    return Map.copyOf(all);
  }

  private static List<String> names(Schema record) {
    return record.getFields().stream().map(Schema.Field::name).toList();
  }
}
