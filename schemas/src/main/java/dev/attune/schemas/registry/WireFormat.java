package dev.attune.schemas.registry;

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
    return (message[1] & 0xff) << 24
        | (message[2] & 0xff) << 16
        | (message[3] & 0xff) << 8
        | message[4] & 0xff;
  }

  static void writeHeader(byte[] message, int schemaId) {
    message[0] = MAGIC;
    message[1] = (byte) (schemaId >>> 24);
    message[2] = (byte) (schemaId >>> 16);
    message[3] = (byte) (schemaId >>> 8);
    message[4] = (byte) schemaId;
  }
}
