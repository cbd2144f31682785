package dev.attune.streams.topology;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Who may have a session to close, by time. Every user with an open session has an entry that is
 * due no later than the session's deadline. An entry is written when a session opens and looked at
 * when it is due; then, if events have moved the deadline meanwhile, it moves too. So a session
 * costs two writes however many events it has.
 *
 * <p>Key: deadline (8 bytes, big-endian, positive, so that byte order is time order) and user id.
 */
public final class SessionExpiries {
  private static final byte[] NO_VALUE = {};

  private final KeyValueStore<byte[], byte[]> store;

  /** There is no earlier entry; a look from the beginning would pass over all that were deleted. */
  private long earliest;

  public SessionExpiries(KeyValueStore<byte[], byte[]> store) {
    this.store = store;
  }

  public record Entry(byte[] key, String userId) {}

  public void add(String userId, long deadlineMillis) {
    earliest = Math.min(earliest, deadlineMillis);
    store.put(key(deadlineMillis, userId), NO_VALUE);
  }

  /** Removes a user's entry of this time, if there is one. */
  public void remove(String userId, long deadlineMillis) {
    byte[] key = key(deadlineMillis, userId);
    // a deletion of what isn't there would bring the id into the changelog
    if (store.get(key) != null) {
      store.delete(key);
    }
  }

  public void remove(Entry entry) {
    store.delete(entry.key());
  }

  /** Entries whose time has come, oldest first. Those given are the caller's to remove. */
  public List<Entry> due(long nowMillis, int limit) {
    if (nowMillis < earliest) {
      return List.of();
    }
    List<Entry> due = new ArrayList<>();
    try (var entries = store.range(key(earliest, ""), key(nowMillis + 1, ""))) {
      while (due.size() < limit && entries.hasNext()) {
        byte[] key = entries.next().key;
        due.add(new Entry(key, userId(key)));
      }
    }
    earliest = due.size() < limit ? nowMillis + 1 : deadline(due.getLast());
    return due;
  }

  private static long deadline(Entry entry) {
    return ByteBuffer.wrap(entry.key()).getLong();
  }

  private static byte[] key(long deadlineMillis, String userId) {
    byte[] user = userId.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + user.length)
        .putLong(Math.max(0, deadlineMillis))
        .put(user)
        .array();
  }

  private static String userId(byte[] key) {
    return new String(key, Long.BYTES, key.length - Long.BYTES, StandardCharsets.UTF_8);
  }
}
