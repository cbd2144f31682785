package dev.attune.schemas.json;

import dev.attune.schemas.avro.InteractionEvent;
import java.lang.reflect.Constructor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of one record, compiled once from its Avro schema: the schema stays the only place
 * that lists fields. A field is required when its Avro type is not nullable.
 */
final class JsonForm {
  enum Kind {
    TEXT,
    REAL,
    INT,
    FLAG,
    TIME,
    JSON_MAP,
    RECORD
  }

  /** Text rule: at most so many characters, no control characters in an identifier. */
  record TextRule(int maxLength, boolean identifier, List<String> oneOf) {
    static final TextRule FREE = new TextRule(Integer.MAX_VALUE, false, List.of());

    static TextRule identifier(int maxLength) {
      return new TextRule(maxLength, true, List.of());
    }

    static TextRule oneOf(String... values) {
      return new TextRule(Integer.MAX_VALUE, false, List.of(values));
    }
  }

  record Field(
      String name,
      String path,
      int position,
      Kind kind,
      boolean required,
      TextRule text,
      @Nullable JsonForm record) {
    /** What to say when it is missing. */
    EventError missing() {
      return EventError.invalid(
          path, path.equals("eventId") ? "required; a UUIDv7 is a good one" : "required");
    }

    JsonForm nested() {
      if (record == null) {
        throw new IllegalStateException(path + " is no record");
      }
      return record;
    }
  }

  private static final Map<String, TextRule> TEXT_RULES =
      Map.ofEntries(
          Map.entry("eventId", TextRule.identifier(64)),
          Map.entry("userId", TextRule.identifier(128)),
          Map.entry("sessionId", TextRule.identifier(128)),
          Map.entry("locale", TextRule.identifier(64)),
          Map.entry(
              "channel", TextRule.oneOf("web", "ios", "android", "api", "voice", "email", "other")),
          Map.entry("context.sdk", TextRule.identifier(64)),
          Map.entry("issue_opened.issueId", TextRule.identifier(128)),
          Map.entry("issue_resolved.issueId", TextRule.identifier(128)),
          Map.entry("feedback.kind", TextRule.oneOf("csat", "thumbs", "nps")),
          Map.entry("feedback.decisionId", TextRule.identifier(64)),
          Map.entry("quick_reply_used.decisionId", TextRule.identifier(64)),
          Map.entry("custom.name", TextRule.identifier(128)));

  // after the rules, which its making reads
  static final JsonForm EVENT = new JsonForm(InteractionEvent.getClassSchema(), "");

  private final List<Field> fields;
  private final Map<String, Field> byName = new HashMap<>();
  private final long required;
  private final Constructor<? extends SpecificRecordBase> constructor;

  private JsonForm(Schema schema, String prefix) {
    this.constructor = constructor(schema);
    // the carrier of unknown fields is no field of the JSON form itself
    this.fields =
        schema.getFields().stream()
            .filter(f -> !(prefix.isEmpty() && f.name().equals("properties")))
            .map(f -> field(f, prefix))
            .toList();
    fields.forEach(f -> byName.put(f.name(), f));
    this.required =
        fields.stream().filter(Field::required).mapToLong(f -> 1L << f.position()).sum();
  }

  /** The required fields, a bit each at its position. */
  long required() {
    return required;
  }

  /** The field at a position of the record. */
  Field at(int position) {
    return fields.stream().filter(f -> f.position() == position).findFirst().orElseThrow();
  }

  SpecificRecordBase newRecord() {
    try {
      return constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("generated records construct", e);
    }
  }

  List<Field> fields() {
    return fields;
  }

  @Nullable Field field(String name) {
    return byName.get(name);
  }

  /** True when an empty record keeps the contract. */
  boolean allOptional() {
    return required == 0;
  }

  private static Constructor<? extends SpecificRecordBase> constructor(Schema schema) {
    try {
      return Class.forName(schema.getFullName())
          .asSubclass(SpecificRecordBase.class)
          .getConstructor();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no generated record for " + schema.getFullName(), e);
    }
  }

  private static Field field(Schema.Field field, String prefix) {
    Schema schema = field.schema();
    boolean nullable = schema.isUnion();
    Schema type = nullable ? schema.getTypes().get(1) : schema;
    String path = prefix + field.name();
    Kind kind = kind(type);
    return new Field(
        field.name(),
        path,
        field.pos(),
        kind,
        !nullable && kind != Kind.TIME,
        TEXT_RULES.getOrDefault(path, TextRule.FREE),
        kind == Kind.RECORD ? new JsonForm(type, path + ".") : null);
  }

  private static Kind kind(Schema type) {
    return switch (type.getType()) {
      case STRING -> Kind.TEXT;
      case DOUBLE -> Kind.REAL;
      case INT -> Kind.INT;
      case BOOLEAN -> Kind.FLAG;
      case LONG -> Kind.TIME;
      case MAP -> Kind.JSON_MAP;
      case RECORD -> Kind.RECORD;
      case ENUM, ARRAY, UNION, FIXED, BYTES, FLOAT, NULL ->
          throw new IllegalStateException("no JSON form for " + type);
    };
  }
}
