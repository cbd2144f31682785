package dev.attune.cli.backup;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record as it was in its partition.
 *
 * @param timestamp epoch milliseconds
 * @param value null: a tombstone
 */
record StoredRecord(
    long offset,
    long timestamp,
    @Nullable String key,
    byte @Nullable [] value,
    List<Header> headers) {
  static StoredRecord of(ConsumerRecord<String, byte[]> record) {
    return new StoredRecord(
        record.offset(),
        record.timestamp(),
        record.key(),
        record.value(),
        List.of(record.headers().toArray()));
  }

  StoredRecord withValue(byte[] other) {
    return new StoredRecord(offset, timestamp, key, other, headers);
  }
}
