package dev.attune.kafka.past;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka knew of an event when it was in {@code interaction-events}; a header of its record in
 * the topic of the past. The partition is the same in both.
 *
 * @param offset that the event had
 * @param timestamp of its record, epoch milliseconds
 * @param number of the event in the past's partition, from 0: its own offset there, unless one
 *     before it is missing
 */
public record PastOrigin(long offset, long timestamp, long number) {
  private static final String HEADER = "attune-past";

  Header header() {
    ByteBuffer bytes = ByteBuffer.allocate(3 * Long.BYTES);
    bytes.putLong(offset).putLong(timestamp).putLong(number);
    return new RecordHeader(HEADER, bytes.array());
  }

  /** Null for a record that is no copy. */
  public static @Nullable PastOrigin of(Headers headers) {
    Header header = find(headers);
    if (header == null) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.wrap(header.value());
    return new PastOrigin(bytes.getLong(), bytes.getLong(), bytes.getLong());
  }

  /** The header as it is, to be passed on. */
  public static @Nullable Header find(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    return header == null || header.value() == null ? null : header;
  }
}
