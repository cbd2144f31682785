package dev.attune.schemas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;

/**
 * Reads what {@link SingleObject} wrote where it is read for each request: bytes of the current
 * schema straight from their array, by a plan compiled once. Avro's own decoder, which other bytes
 * are left to, reads them one by one from a stream and keeps its tools in thread locals, of which a
 * virtual thread has none yet. Thread-safe.
 */
public final class SingleObjectReader<T> {
  private final byte[] header;
  private final DatumReader<T> reader;
  private final BinaryMessageDecoder<T> others;

  public SingleObjectReader(Schema schema, BinaryMessageDecoder<T> others) {
    // https://avro.apache.org/docs/1.12.0/specification/#single-object-encoding
    this.header =
        ByteBuffer.allocate(2 + Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 0xC3)
            .put((byte) 0x01)
            .putLong(SchemaNormalization.parsingFingerprint64(schema))
            .array();
    SpecificData data = GeneratedRecords.model();
    data.setFastReaderEnabled(true);
    this.reader = new SpecificDatumReader<>(schema, schema, data);
    this.others = others;
  }

  /**
   * @throws UncheckedIOException when the bytes are no record of a known schema
   */
  public T read(byte[] bytes) {
    if (!Arrays.equals(bytes, 0, Math.min(bytes.length, header.length), header, 0, header.length)) {
      return SingleObject.read(bytes, others);
    }
    int length = bytes.length - header.length;
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, header.length, length, null);
    try {
      return reader.read(null, decoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (AvroRuntimeException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
