package dev.attune.cli.replay;

import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.RecordException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Finds the event in a dead letter, whichever service refused it: JSON as a client sent it, or an
 * Avro record as a topic held it.
 */
public final class DeadLetterReader {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          // which of two values was meant is for a person to say
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();
  private static final EventJson EVENTS = EventJson.standard();

  private final AvroDeserializer<InteractionEvent> avro;

  public DeadLetterReader(SchemaRegistryClient registry) {
    this.avro = new AvroDeserializer<>(registry, InteractionEvent.class);
  }

  public RefusedEvent read(DeadLetter letter, String place) {
    byte[] original = bytes(letter.getOriginal());
    String received = Instant.ofEpochMilli(letter.getReceivedAt()).toString();
    ObjectNode line = JSON.createObjectNode();
    line.putObject("letter")
        .put("place", place)
        .put("source", letter.getSource())
        .put("code", letter.getCode())
        .put("field", letter.getField())
        .put("detail", letter.getDetail())
        .put("receivedAt", received);
    ObjectNode event = original.length > 0 && original[0] == 0 ? record(original) : text(original);
    if (event == null) {
      putOriginal(line, original);
    } else {
      // a missing time means the first receipt, not the receipt of the repetition
      event.putIfAbsent("occurredAt", StringNode.valueOf(received));
      if (letter.getMasked()) {
        restoreIds(event, letter);
      }
      line.set("event", event);
    }
    return new RefusedEvent(line, letter.getReceivedAt(), place);
  }

  /** Two users with the same mask must not become one. */
  private static void restoreIds(ObjectNode event, DeadLetter letter) {
    if (letter.getUserId() != null && event.has("userId")) {
      event.put("userId", letter.getUserId());
    }
    if (letter.getEventId() != null && event.has("eventId")) {
      event.put("eventId", letter.getEventId());
    }
  }

  private @Nullable ObjectNode record(byte[] original) {
    try {
      InteractionEvent event = avro.deserialize("", original);
      return event == null ? null : object(EVENTS.write(event));
    } catch (RecordException.RegistryAway e) {
      throw e;
    } catch (RecordException e) {
      return null;
    }
  }

  private static @Nullable ObjectNode text(byte[] original) {
    return object(new String(original, StandardCharsets.UTF_8));
  }

  private static @Nullable ObjectNode object(String text) {
    try {
      return JSON.readTree(text) instanceof ObjectNode object ? object : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  private static void putOriginal(ObjectNode line, byte[] original) {
    String text = new String(original, StandardCharsets.UTF_8);
    if (Arrays.equals(text.getBytes(StandardCharsets.UTF_8), original)) {
      line.put("original", text);
    } else {
      line.put("originalBase64", Base64.getEncoder().encodeToString(original));
    }
  }

  /** A corrected line: as {@link #read} makes them, or the event alone. */
  static Optional<RefusedEvent> corrected(String text, String place) {
    ObjectNode line = object(text);
    if (line == null) {
      return Optional.empty();
    }
    if (line.has("userId")) {
      line = JSON.createObjectNode().set("event", line);
    }
    return Optional.of(new RefusedEvent(line, receivedAt(line.path("letter")), place));
  }

  private static long receivedAt(JsonNode letter) {
    try {
      return Instant.parse(letter.path("receivedAt").asString("")).toEpochMilli();
    } catch (DateTimeParseException e) {
      return 0;
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
