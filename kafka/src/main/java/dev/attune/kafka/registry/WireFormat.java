package dev.attune.kafka.registry;

import java.nio.ByteBuffer;

/**
 * The Confluent wire format: byte 0, the writer schema's id as 4 bytes big-endian, then the record
 * in Avro's binary encoding.
 *
 * @see <a
 *     href="https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/#wire-format">Wire
 *     format</a>
 */
public final class WireFormat {
  public static final int HEADER_BYTES = 5;

  private static final byte MAGIC = 0;

  private WireFormat() {}

  /**
   * The writer schema's id.
   *
   * @throws RecordException.NotWireFormat when the bytes don't start with such a header
   */
  public static int schemaId(byte[] message) {
    if (message.length < HEADER_BYTES) {
      throw new RecordException.NotWireFormat(
          "the record has " + message.length + " bytes, a header alone has " + HEADER_BYTES);
    }
    if (message[0] != MAGIC) {
      throw new RecordException.NotWireFormat(
          "the record starts with byte " + message[0] + " where the Confluent format has 0");
    }
    return ByteBuffer.wrap(message, 1, Integer.BYTES).getInt();
  }

  /** The same message with another schema id, for a registry that gave the schema another one. */
  public static byte[] withSchemaId(byte[] message, int schemaId) {
    byte[] copy = message.clone();
    writeHeader(copy, schemaId);
    return copy;
  }

  static void writeHeader(byte[] message, int schemaId) {
    ByteBuffer.wrap(message).put(MAGIC).putInt(schemaId);
  }
}
