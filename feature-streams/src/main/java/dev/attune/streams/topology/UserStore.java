package dev.attune.streams.topology;

import dev.attune.core.user.UserState;
import dev.attune.core.user.UserUpdate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * The users' rows of one task, of which those that were wanted last are kept decoded.
 *
 * <h2>What it saves</h2>
 *
 * <p>A backlog has several events of a user close together. Only the first of them reads and
 * decodes the row, and only the commit encodes and writes it, once for all that happened since the
 * last one. Whoever is up to date reads and writes with each event instead, by {@link #letGo}, so
 * that nobody waits for a commit with much to write. It is what Kafka Streams' record cache does
 * with bytes, done with objects. What else only the newest matters of, the user's profile, goes out
 * with the row, so while a backlog is read it isn't even made for each event.
 *
 * <h2>What a commit has</h2>
 *
 * <p>The store is an outermost one, and Kafka Streams treats it as one of its own caches: before
 * every commit it calls {@link #flushCache}, then it waits for what was sent, then it commits. So a
 * commit has the rows, their changelog records and the profiles of all events before it, and a
 * transaction that aborts takes all of them back. A task that is closed without a commit, or
 * becomes a standby, forgets what it kept ({@link #close}, {@link #clearCache}) and reads what was
 * restored. A standby only ever has the wrapped store.
 *
 * <h2>Threads</h2>
 *
 * <p>All belongs to the stream thread, but {@link #get}, which anybody may call and which answers
 * with the newest event's row, written or not. Hence a lock around whatever changes a user or the
 * map, held for an event's few microseconds and never while a store is read, written or a record
 * sent. Decoding more of a user needs none: its encoded row stays until a change.
 *
 * <h2>Memory</h2>
 *
 * <p>All stores of the process that keep somebody have equal shares of one bound. Beyond its share
 * a store forgets whoever was wanted longest ago; if that one isn't written yet, it writes all that
 * aren't, as before a commit.
 */
public final class UserStore
    extends WrappedStateStore<KeyValueStore<String, byte[]>, String, UserState>
    implements ReadOnlyKeyValueStore<String, byte[]> {

  /**
   * What a user is counted as: this and twice the row. Decoded ones were measured at 3.8 KB and the
   * row; the rest is for the map's entry, a profile that waits, and lists with room to grow.
   */
  private static final int LEAST_BYTES = 4_608;

  private static final int BYTES_A_ROW_BYTE = 2;

  private final Bound bound;
  private final SequencedMap<String, User> users = new LinkedHashMap<>(16, 0.75f, true);
  private final List<User> unwritten = new ArrayList<>();
  private long bytes;
  private boolean sharing;
  private @Nullable InternalProcessorContext<?, ?> context;

  /** What all stores of a process may keep. */
  private record Bound(long bytes, AtomicInteger stores) {}

  private static final class User {
    private UserState state;
    private int bytes;
    private boolean written = true;
    private @Nullable News news;

    User(UserState state) {
      this.state = state;
    }
  }

  /** What is sent with a row, in the name of the processor that had it to say. */
  private record News(ProcessorNode<?, ?, ?, ?> source, Runnable send) {}

  private UserStore(KeyValueStore<String, byte[]> rows, Bound bound) {
    super(rows);
    this.bound = bound;
  }

  /**
   * @param rows builds the store beneath, which must not be cached
   * @param memory what the stores of all tasks may keep decoded together
   */
  static StoreBuilder<UserStore> builder(
      StoreBuilder<KeyValueStore<String, byte[]>> rows, DataSize memory) {
    return new Builder(rows, new Bound(memory.toBytes(), new AtomicInteger()));
  }

  @Override
  public void init(StateStoreContext opened, StateStore root) {
    context = (InternalProcessorContext<?, ?>) opened;
    super.init(opened, root);
  }

  /** The state to be looked at; null for nobody. */
  public @Nullable UserState find(String userId) {
    User user = user(userId);
    return user == null ? null : user.state;
  }

  /** What an event, or time, makes of a user; of nobody it makes somebody. */
  public UserUpdate change(String userId, Function<@Nullable UserState, UserUpdate> change) {
    User known = user(userId);
    UserUpdate step;
    synchronized (this) {
      step = change.apply(known == null ? null : known.state);
      if (known != null) {
        known.state = step.state();
      }
    }
    User user = known;
    if (user == null) {
      user = new User(step.state());
      keep(userId, user, 0);
    }
    changed(user);
    return step;
  }

  /**
   * Changes a known user.
   *
   * @param change returns whether it did
   * @return whether there is such a user, who was changed
   */
  public boolean amend(String userId, Predicate<UserState> change) {
    User user = user(userId);
    if (user == null) {
      return false;
    }
    boolean amended;
    synchronized (this) {
      amended = change.test(user.state);
    }
    if (amended) {
      changed(user);
    }
    return amended;
  }

  /** Has something sent when the changed user's row is written, in place of what was to be. */
  void sendWithRow(String userId, Runnable send) {
    User user = user(userId);
    if (user == null || user.written) {
      throw new IllegalStateException("only what changed is written");
    }
    user.news = new News(context().currentNode(), send);
  }

  void delete(String userId) {
    flushCache();
    synchronized (this) {
      User kept = users.remove(userId);
      bytes -= kept == null ? 0 : kept.bytes;
    }
    wrapped().delete(userId);
  }

  /** The row as of the user's newest event, on any thread. */
  @Override
  public byte @Nullable [] get(String userId) {
    synchronized (this) {
      User kept = users.get(userId);
      if (kept != null) {
        return kept.state.toBytes();
      }
    }
    return wrapped().get(userId);
  }

  /** As of the last commit, like {@link #all}. */
  @Override
  public KeyValueIterator<String, byte[]> range(String from, String to) {
    return wrapped().range(from, to);
  }

  @Override
  public KeyValueIterator<String, byte[]> all() {
    return wrapped().all();
  }

  @Override
  public long approximateNumEntries() {
    return wrapped().approximateNumEntries();
  }

  /** Writes who has changed, and sends what goes with them. */
  @Override
  public void flushCache() {
    for (User user : unwritten) {
      byte[] row = user.state.toBytes();
      wrapped().put(user.state.userId(), row);
      resize(user, row.length);
      user.written = true;
      send(user.news);
      user.news = null;
    }
    unwritten.clear();
    makeRoom();
  }

  /**
   * Writes who has changed and keeps none of them. Up to date, seconds pass before a user's next
   * event: what lives for seconds is what each collection copies, while threads stand still.
   */
  void letGo() {
    List<User> changed = List.copyOf(unwritten);
    flushCache();
    synchronized (this) {
      for (User user : changed) {
        if (users.remove(user.state.userId(), user)) {
          bytes -= user.bytes;
        }
      }
    }
  }

  @Override
  public void clearCache() {
    unwritten.clear();
    synchronized (this) {
      users.clear();
      bytes = 0;
    }
    if (sharing) {
      sharing = false;
      bound.stores.decrementAndGet();
    }
  }

  @Override
  public void close() {
    clearCache();
    super.close();
  }

  private @Nullable User user(String userId) {
    synchronized (this) {
      User kept = users.get(userId);
      if (kept != null) {
        return kept;
      }
    }
    makeRoom();
    byte[] row = wrapped().get(userId);
    if (row == null) {
      return null;
    }
    User read = new User(UserState.fromBytes(row));
    keep(userId, read, row.length);
    return read;
  }

  private void keep(String userId, User user, int rowBytes) {
    if (!sharing) {
      sharing = true;
      bound.stores.incrementAndGet();
    }
    synchronized (this) {
      users.put(userId, user);
    }
    resize(user, rowBytes);
  }

  private void resize(User user, int rowBytes) {
    int now = LEAST_BYTES + BYTES_A_ROW_BYTE * rowBytes;
    bytes += now - user.bytes;
    user.bytes = now;
  }

  private void changed(User user) {
    if (user.written) {
      user.written = false;
      unwritten.add(user);
    }
  }

  private void makeRoom() {
    long share = bound.bytes / Math.max(1, bound.stores.get());
    while (bytes > share) {
      if (!forgetEldest()) {
        flushCache();
      }
    }
  }

  /** False when that one isn't written yet. */
  private synchronized boolean forgetEldest() {
    User eldest = users.firstEntry().getValue();
    if (eldest.written) {
      users.pollFirstEntry();
      bytes -= eldest.bytes;
    }
    return eldest.written;
  }

  private void send(@Nullable News news) {
    if (news == null) {
      return;
    }
    ProcessorNode<?, ?, ?, ?> current = context().currentNode();
    context().setCurrentNode(news.source);
    try {
      news.send.run();
    } finally {
      context().setCurrentNode(current);
    }
  }

  private InternalProcessorContext<?, ?> context() {
    return Objects.requireNonNull(context, "not initialised");
  }

  /** One for all tasks, so that they share the bound. */
  private record Builder(StoreBuilder<KeyValueStore<String, byte[]>> rows, Bound bound)
      implements StoreBuilder<UserStore> {

    @Override
    public UserStore build() {
      return new UserStore(rows.build(), bound);
    }

    @Override
    public StoreBuilder<UserStore> withCachingEnabled() {
      throw new UnsupportedOperationException("this store is a cache");
    }

    @Override
    public StoreBuilder<UserStore> withCachingDisabled() {
      return new Builder(rows.withCachingDisabled(), bound);
    }

    @Override
    public StoreBuilder<UserStore> withLoggingEnabled(Map<String, String> config) {
      return new Builder(rows.withLoggingEnabled(config), bound);
    }

    @Override
    public StoreBuilder<UserStore> withLoggingDisabled() {
      return new Builder(rows.withLoggingDisabled(), bound);
    }

    @Override
    public Map<String, String> logConfig() {
      return rows.logConfig();
    }

    @Override
    public boolean loggingEnabled() {
      return rows.loggingEnabled();
    }

    @Override
    public String name() {
      return rows.name();
    }
  }
}
