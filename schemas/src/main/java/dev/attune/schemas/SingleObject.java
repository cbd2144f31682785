package dev.attune.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;

/**
 * Records as the bytes of a store, in Avro's single-object encoding: the schema's fingerprint goes
 * before the record, so that bytes of another schema are told apart.
 */
public final class SingleObject {
  /** Released versions whose schemas lie among the resources. */
  private static final List<String> RELEASED = List.of("0.1.0");

  private SingleObject() {}

  /**
   * Reads rows of the present schema and of every released one; fields that an old row lacks have
   * their defaults. For records that name no record of another file.
   */
  public static <T> BinaryMessageDecoder<T> decoder(Schema present) {
    var decoder = new BinaryMessageDecoder<T>(GeneratedRecords.model(), present);
    for (String version : RELEASED) {
      String file = "/released/" + version + "/" + present.getName() + ".avsc";
      try (InputStream released = SingleObject.class.getResourceAsStream(file)) {
        if (released != null) {
          decoder.addSchema(new Schema.Parser().parse(released));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return decoder;
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
   * @throws UncheckedIOException when the bytes are of a schema that the decoder doesn't know
   */
  public static <T> T read(byte[] bytes, BinaryMessageDecoder<T> decoder) {
    try {
      return decoder.decode(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
