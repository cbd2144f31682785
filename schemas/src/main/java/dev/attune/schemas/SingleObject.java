package dev.attune.schemas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;

/**
 * Records as the bytes of a store, in Avro's single-object encoding: the schema's fingerprint goes
 * before the record, so that bytes of another schema are told apart.
 */
public final class SingleObject {
  private SingleObject() {}

  /**
   * Reads rows of the present schema and of every released one; fields that an old row lacks have
   * their defaults.
   */
  public static <T> BinaryMessageDecoder<T> decoder(Schema present) {
    return new BinaryMessageDecoder<>(
        GeneratedRecords.model(), present, new ReleasedVersions(present.getName()));
  }

  public static <T> byte[] write(T value, BinaryMessageEncoder<T> encoder) {
    try {
      ByteBuffer encoded = encoder.encode(value);
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws UncheckedIOException when the bytes are no record of a schema that the decoder knows
   */
  public static <T> T read(byte[] bytes, BinaryMessageDecoder<T> decoder) {
    try {
      return decoder.decode(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (AvroRuntimeException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
