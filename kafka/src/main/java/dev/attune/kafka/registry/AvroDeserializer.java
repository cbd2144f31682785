package dev.attune.kafka.registry;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads records in the Confluent wire format, whatever compatible schema wrote them. The writer's
 * schema is fetched at the first record that names it; after that a record costs no registry call.
 * Thread-safe.
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  private static final Logger log = LoggerFactory.getLogger(AvroDeserializer.class);

  private final SchemaRegistryClient registry;
  private final Class<T> type;
  private final Schema wanted;
  private final Map<Integer, DatumReader<T>> readers = new ConcurrentHashMap<>();
  private final Map<Integer, String> incompatible = new ConcurrentHashMap<>();
  private final ObjectPool<BinaryDecoder> decoders =
      new ObjectPool<>(() -> DecoderFactory.get().binaryDecoder(new byte[0], null));

  public AvroDeserializer(SchemaRegistryClient registry, Class<T> type) {
    this.registry = registry;
    this.type = type;
    this.wanted = SpecificData.get().getSchema(type);
  }

  /**
   * Reads one record.
   *
   * @return null for null: a tombstone
   * @throws RecordException telling why the record can't be read
   */
  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] message) {
    if (message == null) {
      return null;
    }
    DatumReader<T> reader = reader(WireFormat.schemaId(message));
    BinaryDecoder decoder = decoders.take();
    T decoded = decode(reader, decoder, message);
    decoders.giveBack(decoder);
    return decoded;
  }

  /**
   * A record's value; empty for a tombstone, and for what can never be read: that is passed over,
   * since the topology makes a dead letter of it.
   *
   * @throws RecordException when the registry is away
   */
  public Optional<T> readable(ConsumerRecord<?, byte[]> record) {
    try {
      return Optional.ofNullable(deserialize(record.topic(), record.value()));
    } catch (RecordException e) {
      if (e.retriable()) {
        throw e;
      }
      log.debug("A record of {} is passed over: {}", record.topic(), e.getMessage());
      return Optional.empty();
    }
  }

  private T decode(DatumReader<T> reader, BinaryDecoder reused, byte[] message) {
    int length = message.length - WireFormat.HEADER_BYTES;
    try {
      BinaryDecoder decoder =
          DecoderFactory.get().binaryDecoder(message, WireFormat.HEADER_BYTES, length, reused);
      T decoded = type.cast(reader.read(null, decoder));
      if (!decoder.isEnd()) {
        throw new RecordException.Malformed(
            "bytes are left over after the " + wanted.getName() + " record");
      }
      return decoded;
    } catch (IOException
        | AvroRuntimeException
        | IndexOutOfBoundsException
        | NegativeArraySizeException
        | UnsupportedOperationException
        | ClassCastException e) {
      throw new RecordException.Malformed(
          "the bytes are no " + wanted.getName() + " record of the schema they name", e);
    }
  }

  private DatumReader<T> reader(int id) {
    DatumReader<T> known = readers.get(id);
    if (known != null) {
      return known;
    }
    String reason = incompatible.get(id);
    if (reason != null) {
      throw new RecordException.Incompatible(reason);
    }
    DatumReader<T> reader = create(id, writer(id));
    readers.put(id, reader);
    return reader;
  }

  private Schema writer(int id) {
    try {
      return registry.byId(id);
    } catch (RegistryException.Unavailable e) {
      throw new RecordException.RegistryAway(e);
    } catch (RegistryException.Refused e) {
      throw new RecordException.UnknownSchemaId(
          "the registry has no schema with id " + Integer.toUnsignedString(id), e);
    }
  }

  private DatumReader<T> create(int id, Schema writer) {
    SchemaPairCompatibility compatibility =
        SchemaCompatibility.checkReaderWriterCompatibility(wanted, writer);
    if (compatibility.getType() != SchemaCompatibilityType.COMPATIBLE) {
      String reason =
          "schema %d (%s) can't be read as %s"
              .formatted(id, writer.getFullName(), wanted.getFullName());
      incompatible.put(id, reason);
      throw new RecordException.Incompatible(reason);
    }
    return new SpecificDatumReader<>(writer, wanted, fastData());
  }

  /** Compiles a reading plan once a schema pair instead of walking a grammar for each record. */
  private SpecificData fastData() {
    SpecificData data = new SpecificData(type.getClassLoader());
    data.setFastReaderEnabled(true);
    return data;
  }
}
