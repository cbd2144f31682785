package dev.attune.streams.dispatch;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Records of topics of which only the newest of each key matters, held back until the commit: what
 * a later one replaces within a commit is never sent. Readers of committed records miss nothing,
 * since compaction would have taken the same ones away. A tombstone replaces like any other.
 *
 * <p>A replaced record's callback is not called; Kafka Streams counts on callbacks for errors and
 * for changelogs only. Used by one thread.
 */
final class HeldRecords {

  /** Then they are sent without a commit, so that memory is bounded: some 5 MB of profiles. */
  private static final int MOST = 10_000;

  private record Held(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {}

  private final Map<ByteBuffer, Held> newest = new LinkedHashMap<>();

  Future<RecordMetadata> hold(
      ProducerRecord<byte[], byte[]> record,
      @Nullable Callback callback,
      Producer<byte[], byte[]> producer) {
    if (newest.size() == MOST) {
      sendTo(producer);
    }
    newest.put(ByteBuffer.wrap(record.key()), new Held(record, callback));
    return new CompletableFuture<>();
  }

  void sendTo(Producer<byte[], byte[]> producer) {
    newest.values().forEach(held -> producer.send(held.record, held.callback));
    newest.clear();
  }

  void clear() {
    newest.clear();
  }
}
