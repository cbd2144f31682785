package dev.attune.streams.topology;

import dev.attune.core.user.UserState;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * The decoded users of one store, in the order in which they were last wanted. {@link #get} may be
 * called by any thread, all else by the stream thread.
 */
final class CachedUsers {
  /**
   * A user counts as this and twice its row. Decoded users were measured at 3.8 KB and the row; the
   * rest is for the map's entry, what waits to be sent, and lists with room to grow.
   */
  private static final int LEAST_BYTES = 4_608;

  private static final int BYTES_A_ROW_BYTE = 2;

  private final SequencedMap<String, CachedUser> users = new LinkedHashMap<>(16, 0.75f, true);
  private final Memory memory;
  private long bytes;
  private boolean sharing;

  CachedUsers(Memory memory) {
    this.memory = memory;
  }

  /** What the stores of a process may keep. All that keep somebody have equal shares. */
  record Memory(DataSize all, AtomicInteger stores) {
    Memory(DataSize all) {
      this(all, new AtomicInteger());
    }

    private long share() {
      return all.toBytes() / Math.max(1, stores.get());
    }
  }

  static final class CachedUser {
    UserState state;
    boolean written = true;

    /** What is to be sent when the row is written. */
    @Nullable Runnable send;

    private int bytes;

    CachedUser(UserState state) {
      this.state = state;
    }
  }

  @Nullable CachedUser get(String userId) {
    synchronized (users) {
      return users.get(userId);
    }
  }

  void add(CachedUser user, int rowBytes) {
    if (!sharing) {
      sharing = true;
      memory.stores.incrementAndGet();
    }
    synchronized (users) {
      users.put(user.state.userId(), user);
    }
    resize(user, rowBytes);
  }

  void resize(CachedUser user, int rowBytes) {
    int now = LEAST_BYTES + BYTES_A_ROW_BYTE * rowBytes;
    bytes += now - user.bytes;
    user.bytes = now;
  }

  void remove(String userId) {
    synchronized (users) {
      CachedUser removed = users.remove(userId);
      bytes -= removed == null ? 0 : removed.bytes;
    }
  }

  void clear() {
    synchronized (users) {
      users.clear();
    }
    bytes = 0;
    if (sharing) {
      sharing = false;
      memory.stores.decrementAndGet();
    }
  }

  boolean areTooMany() {
    return bytes > memory.share();
  }

  /** Forgets who was wanted longest ago; false when that one isn't written yet. */
  boolean forgetEldest() {
    synchronized (users) {
      CachedUser eldest = users.firstEntry().getValue();
      if (eldest.written) {
        users.pollFirstEntry();
        bytes -= eldest.bytes;
      }
      return eldest.written;
    }
  }
}
