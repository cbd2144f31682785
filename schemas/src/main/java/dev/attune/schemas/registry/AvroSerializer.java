package dev.attune.schemas.registry;

import dev.attune.schemas.Topics;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records in the Confluent wire format. The schema is registered under {@code <topic>-value}
 * at the first record of a topic; after that a record costs no registry call and no lookup but a
 * comparison. Thread-safe.
 */
public final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {

  /** The generated classes write themselves, which saves the walk over the schema. */
  private static final SpecificData CODERS = coders();

  private final SchemaRegistryClient registry;
  private final Scratch<Buffer> buffers = new Scratch<>(Buffer::new);
  private volatile @Nullable Target last;

  private record Target(String topic, Schema schema, int id, DatumWriter<Object> writer) {}

  private static SpecificData coders() {
    SpecificData data = new SpecificData();
    data.setCustomCoders(true);
    return data;
  }

  public AvroSerializer(SchemaRegistryClient registry) {
    this.registry = registry;
  }

  /**
   * Writes one record.
   *
   * @return null for null: a tombstone
   * @throws RecordException when the registry is away or refuses, or a field is missing
   */
  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T message) {
    if (message == null) {
      return null;
    }
    Target target = target(topic, message.getSchema());
    Buffer buffer = buffers.take();
    byte[] bytes = buffer.encode(target, message);
    buffers.giveBack(buffer);
    return bytes;
  }

  @SuppressWarnings("ReferenceEquality") // one schema object a generated class: cheap and enough
  private Target target(String topic, Schema schema) {
    Target known = last;
    if (known != null && known.schema == schema && known.topic.equals(topic)) {
      return known;
    }
    int id = register(topic, schema);
    Target target = new Target(topic, schema, id, new SpecificDatumWriter<>(schema, CODERS));
    last = target;
    return target;
  }

  private int register(String topic, Schema schema) {
    try {
      return registry.register(Topics.subject(topic), schema);
    } catch (RegistryException.Unavailable e) {
      throw new RecordException.RegistryAway(e);
    } catch (RegistryException.Refused e) {
      throw new RecordException.Incompatible(e);
    }
  }

  /** Where a record is put together: the header's place, then what the encoder writes. */
  private static final class Buffer extends OutputStream {

    /** Grown for one huge record, it is given up afterwards. */
    private static final int LARGEST_KEPT = 1 << 20;

    private byte[] bytes = new byte[1024];
    private int size;
    private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(this, null);

    byte[] encode(Target target, Object message) {
      size = WireFormat.HEADER_BYTES;
      try {
        target.writer.write(message, encoder);
        encoder.flush();
      } catch (IOException | AvroRuntimeException | NullPointerException | ClassCastException e) {
        throw new RecordException.Malformed(
            "the record doesn't fit schema " + target.schema.getFullName(), e);
      }
      WireFormat.writeHeader(bytes, target.id);
      byte[] result = Arrays.copyOf(bytes, size);
      if (bytes.length > LARGEST_KEPT) {
        bytes = new byte[1024];
      }
      return result;
    }

    @Override
    public void write(int b) {
      ensure(1);
      bytes[size++] = (byte) b;
    }

    @Override
    public void write(byte[] source, int from, int length) {
      ensure(length);
      System.arraycopy(source, from, bytes, size, length);
      size += length;
    }

    private void ensure(int more) {
      if (bytes.length - size < more) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
      }
    }
  }
}
