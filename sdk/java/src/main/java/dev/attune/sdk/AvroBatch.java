package dev.attune.sdk;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes an {@code EventBatch} in Avro's binary encoding (Avro 1.12 specification, "Binary
 * encoding"), by the schema that this SDK was built with: the tables below are its fields in order.
 * What an event holds beyond them goes into {@code properties} as JSON text, as the gateway does
 * with JSON events.
 */
final class AvroBatch {
  private enum Kind {
    STRING,
    INT,
    DOUBLE,
    BOOLEAN,
    JSON_MAP
  }

  private static final class Field {
    final String name;
    final Kind kind;
    final boolean nullable;

    Field(String name, Kind kind, boolean nullable) {
      this.name = name;
      this.kind = kind;
      this.nullable = nullable;
    }
  }

  private static final List<Field> CONTEXT =
      List.of(
          maybe("page", Kind.STRING),
          maybe("timezone", Kind.STRING),
          maybe("referrer", Kind.STRING),
          maybe("userAgent", Kind.STRING),
          maybe("consent", Kind.BOOLEAN));

  private static final Map<String, List<Field>> DETAILS = details();

  private static final Set<String> KNOWN =
      Set.of(
          "eventId", "type", "userId", "sessionId", "occurredAt", "channel", "locale", "context");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);

  private AvroBatch() {}

  private static Map<String, List<Field>> details() {
    Map<String, List<Field>> details = new LinkedHashMap<>();
    details.put("session_started", List.of(maybe("entry", Kind.STRING)));
    details.put("session_ended", List.of(maybe("reason", Kind.STRING)));
    details.put(
        "page_viewed",
        List.of(
            field("page", Kind.STRING),
            maybe("title", Kind.STRING),
            maybe("seconds", Kind.DOUBLE)));
    details.put("clicked", List.of(field("element", Kind.STRING), maybe("page", Kind.STRING)));
    details.put("message_sent", List.of(maybe("text", Kind.STRING), maybe("length", Kind.INT)));
    details.put(
        "agent_replied",
        List.of(maybe("responseSeconds", Kind.DOUBLE), field("automated", Kind.BOOLEAN)));
    details.put(
        "issue_opened", List.of(field("issueId", Kind.STRING), maybe("category", Kind.STRING)));
    details.put(
        "issue_resolved",
        List.of(
            field("issueId", Kind.STRING),
            maybe("category", Kind.STRING),
            maybe("resolution", Kind.STRING)));
    details.put(
        "feedback",
        List.of(
            field("kind", Kind.STRING),
            field("score", Kind.DOUBLE),
            maybe("comment", Kind.STRING),
            maybe("decisionId", Kind.STRING)));
    details.put(
        "quick_reply_used", List.of(field("decisionId", Kind.STRING), field("value", Kind.STRING)));
    details.put("custom", List.of(field("name", Kind.STRING), field("properties", Kind.JSON_MAP)));
    return details;
  }

  private static Field field(String name, Kind kind) {
    return new Field(name, kind, false);
  }

  private static Field maybe(String name, Kind kind) {
    return new Field(name, kind, true);
  }

  /**
   * @param events in the contract's JSON form
   * @throws IllegalArgumentException where an event lacks a required field or has an unknown type
   */
  static byte[] encode(Instant sentAt, Collection<String> events) {
    AvroBatch batch = new AvroBatch();
    batch.varint(1);
    batch.varint(sentAt.toEpochMilli());
    if (!events.isEmpty()) {
      batch.varint(events.size());
      events.forEach(event -> batch.event(object(Json.read(event))));
    }
    batch.varint(0);
    return batch.out.toByteArray();
  }

  private void event(Map<?, ?> event) {
    String type = text(event, "type");
    string(text(event, "eventId"));
    string(type);
    string(text(event, "userId"));
    optional(event.get("sessionId"), Kind.STRING);
    varint(Instant.parse(text(event, "occurredAt")).toEpochMilli());
    varint(0); // receivedAt is the gateway's to set
    optional(event.get("channel"), Kind.STRING);
    optional(event.get("locale"), Kind.STRING);
    record(event.get("context"), CONTEXT);
    properties(event, type);
    if (!DETAILS.containsKey(type)) {
      throw new IllegalArgumentException("unknown event type " + type);
    }
    DETAILS.forEach((name, fields) -> record(name.equals(type) ? event.get(name) : null, fields));
    varint(0); // user_erased is internal
  }

  private void properties(Map<?, ?> event, String type) {
    Map<String, Object> rest = new LinkedHashMap<>();
    event.forEach(
        (name, value) -> {
          if (!KNOWN.contains(name) && !name.equals(type) && value != null) {
            rest.put((String) name, value);
          }
        });
    varint(rest.isEmpty() ? 0 : 1);
    if (!rest.isEmpty()) {
      jsonMap(rest);
    }
  }

  private void record(@Nullable Object value, List<Field> fields) {
    varint(value == null ? 0 : 1);
    if (value == null) {
      return;
    }
    Map<?, ?> record = object(value);
    for (Field field : fields) {
      Object item = record.get(field.name);
      if (field.nullable) {
        optional(item, field.kind);
      } else if (item == null) {
        throw new IllegalArgumentException("missing field " + field.name);
      } else {
        write(item, field.kind);
      }
    }
  }

  private void optional(@Nullable Object value, Kind kind) {
    varint(value == null ? 0 : 1);
    if (value != null) {
      write(value, kind);
    }
  }

  private void write(Object value, Kind kind) {
    switch (kind) {
      case STRING:
        string(value.toString());
        break;
      case INT:
        varint(((Number) value).intValue());
        break;
      case DOUBLE:
        out.writeBytes(
            ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(((Number) value).doubleValue())
                .array());
        break;
      case BOOLEAN:
        out.write((Boolean) value ? 1 : 0);
        break;
      case JSON_MAP:
        jsonMap(object(value));
        break;
    }
  }

  private void jsonMap(Map<?, ?> map) {
    if (!map.isEmpty()) {
      varint(map.size());
      map.forEach(
          (name, value) -> {
            string((String) name);
            string(Json.write(value));
          });
    }
    varint(0);
  }

  private void string(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    varint(bytes.length);
    out.writeBytes(bytes);
  }

  /** Zigzag, then seven bits a byte, lowest first. */
  private void varint(long value) {
    long zigzag = value << 1 ^ value >> 63;
    while ((zigzag & ~0x7FL) != 0) {
      out.write((int) (zigzag & 0x7F | 0x80));
      zigzag >>>= 7;
    }
    out.write((int) zigzag);
  }

  private static Map<?, ?> object(@Nullable Object value) {
    if (value instanceof Map) {
      return (Map<?, ?>) value;
    }
    throw new IllegalArgumentException("expected an object");
  }

  private static String text(Map<?, ?> event, String field) {
    Object value = event.get(field);
    if (value instanceof String) {
      return (String) value;
    }
    throw new IllegalArgumentException("missing field " + field);
  }
}
