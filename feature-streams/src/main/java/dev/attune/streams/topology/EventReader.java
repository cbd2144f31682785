package dev.attune.streams.topology;

import dev.attune.kafka.past.PastOrigin;
import dev.attune.kafka.registry.RecordException;
import dev.attune.kafka.registry.WireFormat;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.json.EventError;
import dev.attune.tracing.Tracing;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Reads events and decisions; what can't be one, or breaks a rule of the gateway's, becomes a dead
 * letter with its original bytes and coordinates before it touches any state. A registry that is
 * away says nothing of the record: that fails the thread, and the record is read again.
 */
final class EventReader<T extends SpecificRecord>
    implements Processor<byte[], byte[], String, SpecificRecord> {
  private static final String SERVICE = "feature-streams";

  private final Deserializer<T> deserializer;
  private final Function<T, String> userOf;
  private final Function<T, @Nullable EventError> rules;
  private final List<String> next;
  private final Topics topics;
  private final TopologyContext shared;
  private ProcessorContext<String, SpecificRecord> context;

  /**
   * @param userOf whose record it is, which must be its key
   * @param rules the first one that a record breaks; null when it keeps them all
   * @param next where it goes
   */
  EventReader(
      Deserializer<T> deserializer,
      Function<T, String> userOf,
      Function<T, @Nullable EventError> rules,
      List<String> next,
      Topics topics,
      TopologyContext shared) {
    this.deserializer = deserializer;
    this.userOf = userOf;
    this.rules = rules;
    this.next = next;
    this.topics = topics;
    this.shared = shared;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> opened) {
    context = opened;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata source =
        EventOrigin.of(context.recordMetadata().orElseThrow(), record.headers(), topics);
    shared.predecessor().reads(source);
    switch (read(source.topic(), record.key(), record.value())) {
      case Reading.Event<T>(T event) -> handOn(event, source, record);
      case Reading.Unreadable<T>(String code, String detail) ->
          sendToDeadLetters(record, source, code, detail);
    }
  }

  private void handOn(T event, RecordMetadata source, Record<byte[], byte[]> record) {
    String userId = userOf.apply(event);
    if (!shared.predecessor().excludes(source, userId, record.timestamp())) {
      Headers headers = passedOn(record.headers());
      for (String processor : next) {
        context.forward(new Record<>(userId, event, record.timestamp(), headers), processor);
      }
    }
  }

  /** Of the sender's headers only the one that continues his trace; and a copy's origin. */
  private Headers passedOn(Headers all) {
    var headers = new RecordHeaders();
    Header parent = shared.tracing().isOn() ? all.lastHeader(Tracing.HEADER) : null;
    add(headers, parent);
    add(headers, PastOrigin.find(all));
    return headers;
  }

  private static void add(Headers headers, @Nullable Header header) {
    if (header != null) {
      headers.add(header);
    }
  }

  private void sendToDeadLetters(
      Record<byte[], byte[]> record, RecordMetadata source, String code, String detail) {
    if (shared.predecessor().published(source)) {
      return;
    }
    shared.meters().deadLetter(code);
    DeadLetter letter = deadLetter(record, source, code, detail);
    context.forward(
        new Record<>(coordinates(source), letter, record.timestamp(), new RecordHeaders()),
        TopologyNames.DEAD_LETTERS);
  }

  private sealed interface Reading<T> {
    record Event<T>(T event) implements Reading<T> {}

    record Unreadable<T>(String code, String detail) implements Reading<T> {}
  }

  private Reading<T> read(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    if (key == null) {
      return new Reading.Unreadable<>("key_missing", "the record has no key");
    }
    if (value == null) {
      return new Reading.Unreadable<>("value_missing", "the record has no value");
    }
    try {
      return checked(key, deserializer.deserialize(topic, value));
    } catch (RecordException e) {
      if (e.retriable()) {
        throw e;
      }
      return new Reading.Unreadable<>(code(e), String.valueOf(e.getMessage()));
    }
  }

  private Reading<T> checked(byte[] key, T event) {
    if (!userOf.apply(event).equals(utf8(key))) {
      return new Reading.Unreadable<>("key_mismatch", "the record's key is not its userId");
    }
    EventError broken = rules.apply(event);
    return broken == null
        ? new Reading.Event<>(event)
        : new Reading.Unreadable<>(broken.code(), broken.field() + ": " + broken.detail());
  }

  private static @Nullable String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static String code(RecordException e) {
    return switch (e) {
      case RecordException.NotWireFormat _ -> "not_wire_format";
      case RecordException.UnknownSchemaId _ -> "schema_unknown";
      case RecordException.Incompatible _ -> "schema_incompatible";
      case RecordException.Malformed _ -> "malformed";
      case RecordException.RegistryAway _ -> "registry_away";
    };
  }

  private DeadLetter deadLetter(
      Record<byte[], byte[]> record, RecordMetadata source, String code, String detail) {
    byte[] value = record.value() == null ? new byte[0] : record.value();
    return DeadLetter.newBuilder()
        .setSource(SERVICE)
        .setCode(code)
        .setDetail(detail)
        .setReceivedAt(shared.clock().millis())
        .setTopic(source.topic())
        .setPartition(source.partition())
        .setOffset(source.offset())
        .setKey(record.key() == null ? null : ByteBuffer.wrap(record.key()))
        .setSchemaId(schemaId(value))
        .setOriginal(ByteBuffer.wrap(value))
        .build();
  }

  private static @Nullable Integer schemaId(byte[] value) {
    return value.length >= WireFormat.HEADER_BYTES && value[0] == 0
        ? ByteBuffer.wrap(value, 1, 4).getInt()
        : null;
  }

  /** Replaying a partition writes the same keys. */
  private static String coordinates(RecordMetadata source) {
    return source.topic() + "-" + source.partition() + "-" + source.offset();
  }
}
