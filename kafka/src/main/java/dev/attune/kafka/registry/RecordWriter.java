package dev.attune.kafka.registry;

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
import org.jspecify.annotations.Nullable;

/**
 * Writes records in the wire format with an empty header, so that no thread waits for a registry;
 * {@link AvroSerializer#address} fills it in. Thread-safe.
 */
public final class RecordWriter<T extends SpecificRecord> {
  /** The generated classes write themselves, which saves the walk over the schema. */
  private static final SpecificData CODERS = coders();

  private final ObjectPool<Buffer> buffers = new ObjectPool<>(Buffer::new);
  private volatile @Nullable Plan last;

  private record Plan(Schema schema, DatumWriter<Object> writer) {}

  private static SpecificData coders() {
    SpecificData data = new SpecificData();
    data.setCustomCoders(true);
    return data;
  }

  /**
   * @throws RecordException.Malformed when a field is missing
   */
  public byte[] write(T message) {
    Plan plan = plan(message.getSchema());
    Buffer buffer = buffers.take();
    byte[] bytes = buffer.encode(plan, message);
    buffers.giveBack(buffer);
    return bytes;
  }

  @SuppressWarnings("ReferenceEquality") // one schema object a generated class: cheap and enough
  private Plan plan(Schema schema) {
    Plan known = last;
    if (known != null && known.schema == schema) {
      return known;
    }
    Plan plan = new Plan(schema, new SpecificDatumWriter<>(schema, CODERS));
    last = plan;
    return plan;
  }

  /** Where a record is put together: the header's place, then what the encoder writes. */
  private static final class Buffer extends OutputStream {
    /** Grown for one huge record, it is given up afterwards. */
    private static final int LARGEST_KEPT = 1 << 20;

    private byte[] bytes = new byte[1024];
    private int size;
    private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(this, null);

    byte[] encode(Plan plan, Object message) {
      size = WireFormat.HEADER_BYTES;
      try {
        plan.writer.write(message, encoder);
        encoder.flush();
      } catch (IOException | AvroRuntimeException | NullPointerException | ClassCastException e) {
        throw new RecordException.Malformed(
            "the record doesn't fit schema " + plan.schema.getFullName(), e);
      }
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
