package dev.attune.streams.topology;

import dev.attune.kafka.registry.RecordException;
import dev.attune.kafka.registry.WireFormat;
import dev.attune.schemas.avro.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Reads events and decisions; what can't be one becomes a dead letter with its original bytes and
 * coordinates. A registry that is away says nothing of the record: that fails the thread, and the
 * record is read again.
 */
final class EventReader<T extends SpecificRecord>
    implements Processor<byte[], byte[], String, SpecificRecord> {

  private static final String SERVICE = "feature-streams";

  private final Deserializer<T> deserializer;
  private final Function<T, String> userOf;
  private final List<String> next;
  private final EventMeters meters;
  private final InstantSource clock;
  private final Predecessor predecessor;
  private @Nullable ProcessorContext<String, SpecificRecord> context;

  /**
   * @param userOf whose record it is, which must be its key
   * @param next where it goes
   */
  EventReader(
      Deserializer<T> deserializer,
      Function<T, String> userOf,
      List<String> next,
      EventMeters meters,
      InstantSource clock,
      Predecessor predecessor) {
    this.deserializer = deserializer;
    this.userOf = userOf;
    this.next = next;
    this.meters = meters;
    this.clock = clock;
    this.predecessor = predecessor;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    ProcessorContext<String, SpecificRecord> out = context();
    RecordMetadata source = out.recordMetadata().orElseThrow();
    predecessor.reads(source);
    switch (read(source.topic(), record.key(), record.value())) {
      case Reading.Event<T>(T event) -> {
        String userId = userOf.apply(event);
        if (!predecessor.excludes(source, userId, record.timestamp())) {
          for (String processor : next) {
            out.forward(
                new Record<>(userId, event, record.timestamp(), new RecordHeaders()), processor);
          }
        }
      }
      case Reading.Unreadable<T>(String code, String detail) -> {
        if (predecessor.published(source)) {
          return;
        }
        meters.deadLetter(code);
        DeadLetter letter = deadLetter(record, source, code, detail);
        out.forward(
            new Record<>(coordinates(source), letter, record.timestamp(), new RecordHeaders()),
            Names.DEAD_LETTERS);
      }
    }
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
      T event = deserializer.deserialize(topic, value);
      return userOf.apply(event).equals(utf8(key))
          ? new Reading.Event<>(event)
          : new Reading.Unreadable<>("key_mismatch", "the record's key is not its userId");
    } catch (RecordException e) {
      if (e.retriable()) {
        throw e;
      }
      return new Reading.Unreadable<>(code(e), String.valueOf(e.getMessage()));
    }
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
        .setReceivedAt(clock.millis())
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

  private ProcessorContext<String, SpecificRecord> context() {
    ProcessorContext<String, SpecificRecord> known = context;
    if (known == null) {
      throw new IllegalStateException("not initialised");
    }
    return known;
  }
}
