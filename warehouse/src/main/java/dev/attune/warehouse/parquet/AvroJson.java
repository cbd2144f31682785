package dev.attune.warehouse.parquet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * Records as JSON and back, as DuckDB reads and writes it: the fields by their names, unions
 * without their branch's name. (Avro's own JSON encoding names the branch.)
 */
final class AvroJson {
  private AvroJson() {}

  /** Writes the record's fields into an object that is open. */
  static void writeFields(IndexedRecord record, JsonGenerator out) {
    for (Schema.Field field : record.getSchema().getFields()) {
      Object value = record.get(field.pos());
      if (value != null) {
        out.writeName(field.name());
        write(value, out);
      }
    }
  }

  private static void write(@Nullable Object value, JsonGenerator out) {
    switch (value) {
      case null -> out.writeNull();
      case IndexedRecord nested -> {
        out.writeStartObject();
        writeFields(nested, out);
        out.writeEndObject();
      }
      case Map<?, ?> map -> {
        out.writeStartObject();
        map.forEach(
            (key, entry) -> {
              out.writeName(key.toString());
              write(entry, out);
            });
        out.writeEndObject();
      }
      case List<?> list -> {
        out.writeStartArray();
        list.forEach(item -> write(item, out));
        out.writeEndArray();
      }
      case Long number -> out.writeNumber(number);
      case Integer number -> out.writeNumber(number);
      case Double number -> writeFinite(number, out);
      case Float number -> writeFinite(number, out);
      case Boolean truth -> out.writeBoolean(truth);
      default -> out.writeString(value.toString());
    }
  }

  /** JSON has no word for what isn't finite; DuckDB takes it as text. */
  private static void writeFinite(double number, JsonGenerator out) {
    if (Double.isFinite(number)) {
      out.writeNumber(number);
    } else {
      out.writeString(Double.toString(number));
    }
  }

  private static void writeFinite(float number, JsonGenerator out) {
    if (Float.isFinite(number)) {
      out.writeNumber(number);
    } else {
      out.writeString(Float.toString(number));
    }
  }

  /** The record that an object's fields make; what is missing has its default. */
  static IndexedRecord read(JsonNode object, Schema schema) {
    IndexedRecord record = (IndexedRecord) SpecificData.get().newRecord(null, schema);
    for (Schema.Field field : schema.getFields()) {
      JsonNode value = object.path(field.name());
      record.put(
          field.pos(),
          value.isMissingNode() || value.isNull()
              ? SpecificData.get().getDefaultValue(field)
              : read(value, field.schema(), field));
    }
    return record;
  }

  private static @Nullable Object read(JsonNode value, Schema schema, Schema.Field field) {
    return switch (schema.getType()) {
      case STRING -> value.asString();
      case LONG -> value.asLong();
      case INT -> value.asInt();
      case DOUBLE -> value.asDouble();
      case FLOAT -> (float) value.asDouble();
      case BOOLEAN -> value.asBoolean();
      case UNION -> read(value, withoutNull(schema), field);
      case RECORD -> read(value, schema);
      case ARRAY -> {
        List<@Nullable Object> items = new ArrayList<>(value.size());
        value.forEach(
            item -> items.add(item.isNull() ? null : read(item, schema.getElementType(), field)));
        yield items;
      }
      case MAP -> {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        value
            .properties()
            .forEach(
                entry ->
                    entries.put(
                        entry.getKey(), read(entry.getValue(), schema.getValueType(), field)));
        yield entries;
      }
      case ENUM, BYTES, FIXED, NULL ->
          throw new IllegalArgumentException(field.name() + " has a type that no table knows");
    };
  }

  /** The one type of an optional field. */
  static Schema withoutNull(Schema union) {
    List<Schema> types =
        union.getTypes().stream().filter(type -> type.getType() != Schema.Type.NULL).toList();
    if (types.size() != 1) {
      throw new IllegalArgumentException(union + " could be two types");
    }
    return types.getFirst();
  }
}
