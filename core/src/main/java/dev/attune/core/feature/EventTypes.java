package dev.attune.core.feature;

import dev.attune.core.expression.VariableType;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The event types and their fields, read from the wire schema, so that a field added there can be
 * used in features at once. A type's index is its detail record's position in the event.
 */
final class EventTypes {
  /** Stands for every type in {@code features.yaml}. */
  static final String ANY = "any";

  static final String ERASED = "user_erased";

  private static final String CONTEXT = "context";
  private static final Schema EVENT = InteractionEvent.getClassSchema();
  private static final Map<String, Integer> INDEX = new HashMap<>();
  private static final List<String> NAMES = new ArrayList<>();

  static {
    for (Schema.Field field : EVENT.getFields()) {
      if (recordOf(field.schema()) != null && !field.name().equals(CONTEXT)) {
        INDEX.put(field.name(), field.pos());
        if (!field.name().equals(ERASED)) {
          NAMES.add(field.name());
        }
      }
    }
  }

  private EventTypes() {}

  /** The types that may be declared on, in schema order. */
  static List<String> names() {
    return NAMES;
  }

  static int count() {
    return EVENT.getFields().size();
  }

  /** −1 for a type that the schema doesn't know. */
  static int indexOf(String type) {
    return INDEX.getOrDefault(type, -1);
  }

  /** The fields of a type by name: its own, then what every event has. */
  static Map<String, EventField> fields(String type) {
    var fields = new LinkedHashMap<String, EventField>();
    if (!type.equals(ANY)) {
      Schema.Field detail = EVENT.getField(type);
      add(fields, "", recordOf(detail.schema()), detail.pos());
    } else {
      fields.put("type", common("type"));
    }
    for (String name : List.of("sessionId", "channel", "locale")) {
      fields.putIfAbsent(name, common(name));
    }
    Schema.Field context = EVENT.getField(CONTEXT);
    add(fields, CONTEXT + ".", recordOf(context.schema()), context.pos());
    return fields;
  }

  /** A field by name; {@code properties.<key>} reaches into a map. */
  static @Nullable EventField field(String type, String name) {
    Map<String, EventField> fields = fields(type);
    EventField direct = fields.get(name);
    if (direct != null) {
      return direct.type() == VariableType.MAP ? null : direct;
    }
    int dot = name.indexOf('.');
    EventField map = dot < 0 ? null : fields.get(name.substring(0, dot));
    return map != null && map.type() == VariableType.MAP
        ? new EventField(
            name, VariableType.TEXT, map.record(), map.position(), name.substring(dot + 1))
        : null;
  }

  private static EventField common(String name) {
    Schema.Field field = EVENT.getField(name);
    return new EventField(name, typeOf(field.schema()), -1, field.pos(), null);
  }

  private static void add(
      Map<String, EventField> fields, String prefix, @Nullable Schema record, int position) {
    if (record == null) {
      return;
    }
    for (Schema.Field field : record.getFields()) {
      String name = prefix + field.name();
      fields.put(name, new EventField(name, typeOf(field.schema()), position, field.pos(), null));
    }
  }

  private static @Nullable Schema recordOf(Schema schema) {
    Schema plain = nonNull(schema);
    return plain.getType() == Schema.Type.RECORD ? plain : null;
  }

  private static Schema nonNull(Schema schema) {
    if (schema.getType() != Schema.Type.UNION) {
      return schema;
    }
    return schema.getTypes().stream()
        .filter(s -> s.getType() != Schema.Type.NULL)
        .findFirst()
        .orElse(schema);
  }

  private static VariableType typeOf(Schema schema) {
    return switch (nonNull(schema).getType()) {
      case INT, LONG, FLOAT, DOUBLE -> VariableType.NUMBER;
      case BOOLEAN -> VariableType.FLAG;
      case MAP -> VariableType.MAP;
      default -> VariableType.TEXT;
    };
  }
}
