package dev.attune.streams.topology;

import dev.attune.core.user.UserState;
import dev.attune.core.user.UserUpdate;
import dev.attune.streams.topology.CachedUsers.CachedUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.AbstractStoreBuilder;
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps users decoded between two commits. It does with objects what Kafka Streams' record cache
 * does with bytes.
 *
 * <h2>What it saves</h2>
 *
 * <p>In a backlog, several events of a user are close together. Only the first of them reads and
 * decodes the row. Only the commit encodes and writes it. What {@link #sendWithRow} is given is
 * sent once a commit too.
 *
 * <h2>Why a commit has all rows</h2>
 *
 * <p>Kafka Streams takes this store for one of its own caches. Before every commit it calls {@link
 * #flushCache}, then it waits until what was sent has been acknowledged, then it commits. A
 * transaction that aborts takes all of it back. Before a task is closed without a commit, or
 * becomes a standby, Kafka Streams calls {@link #close} or {@link #clearCache}; then the store
 * forgets what it kept and reads what was restored. A standby only has the wrapped store.
 *
 * <h2>Threads</h2>
 *
 * <p>The stream thread does everything, except {@link #get}. The map of users has a lock, and each
 * user has one that is held while an event changes it. No lock is held while a store is read or
 * written or a record is sent.
 *
 * <h2>When it goes</h2>
 *
 * <p>It uses four classes of Kafka Streams' internals. {@code ./attune bench features} measures the
 * topology beside one get and one put an event: 0.61 with this store, 0.33 by calculation without
 * it, the goal is 0.50 (docs/benchmarks/history.md). Below 0.50 with it, or from 0.50 on without
 * it, it is deleted; the twin in the tests, which passes the same contract, takes its place.
 */
final class CachingUserStore
    extends WrappedStateStore<KeyValueStore<String, byte[]>, String, UserState>
    implements UserStore {
  private final CachedUsers users;
  private final List<CachedUser> unwritten = new ArrayList<>();
  private @Nullable InternalProcessorContext<?, ?> context;

  private CachingUserStore(KeyValueStore<String, byte[]> rows, CachedUsers users) {
    super(rows);
    this.users = users;
  }

  /**
   * @param rows builds the store beneath, which must not be cached
   * @param memory what the stores of all tasks may keep decoded together
   */
  static StoreBuilder<UserStore> builder(
      StoreBuilder<KeyValueStore<String, byte[]>> rows, CachedUsers.Memory memory) {
    StoreBuilder<UserStore> users =
        new AbstractStoreBuilder<>(rows.name(), Serdes.String(), Serdes.ByteArray(), Time.SYSTEM) {
          @Override
          public UserStore build() {
            return new CachingUserStore(rows.build(), new CachedUsers(memory));
          }
        };
    return rows.loggingEnabled()
        ? users.withLoggingEnabled(rows.logConfig())
        : users.withLoggingDisabled();
  }

  @Override
  public void init(StateStoreContext opened, StateStore root) {
    context = (InternalProcessorContext<?, ?>) opened;
    super.init(opened, root);
  }

  @Override
  public @Nullable UserState find(String userId) {
    CachedUser user = user(userId);
    return user == null ? null : user.state;
  }

  @Override
  public UserUpdate change(String userId, Function<@Nullable UserState, UserUpdate> change) {
    CachedUser known = user(userId);
    if (known == null) {
      UserUpdate first = change.apply(null);
      CachedUser user = new CachedUser(first.state());
      users.add(user, 0);
      changed(user);
      return first;
    }
    UserUpdate update;
    synchronized (known) {
      update = change.apply(known.state);
      known.state = update.state();
    }
    changed(known);
    return update;
  }

  @Override
  public boolean amend(String userId, Predicate<UserState> change) {
    CachedUser user = user(userId);
    if (user == null) {
      return false;
    }
    boolean amended;
    synchronized (user) {
      amended = change.test(user.state);
    }
    if (amended) {
      changed(user);
    }
    return amended;
  }

  @Override
  public void sendWithRow(String userId, Runnable send) {
    CachedUser user = user(userId);
    if (user == null || user.written) {
      throw new IllegalStateException("the user's row has not changed");
    }
    ProcessorNode<?, ?, ?, ?> sender = context().currentNode();
    user.send = () -> sendAs(sender, send);
  }

  @Override
  public void delete(String userId) {
    flushCache();
    users.remove(userId);
    wrapped().delete(userId);
  }

  @Override
  public byte @Nullable [] get(String userId) {
    CachedUser kept = users.get(userId);
    if (kept == null) {
      return wrapped().get(userId);
    }
    synchronized (kept) {
      return kept.state.toBytes();
    }
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
    for (CachedUser user : unwritten) {
      byte[] row = user.state.toBytes();
      wrapped().put(user.state.userId(), row);
      users.resize(user, row.length);
      user.written = true;
      Runnable send = user.send;
      user.send = null;
      if (send != null) {
        send.run();
      }
    }
    unwritten.clear();
    makeRoom();
  }

  /**
   * Writes who has changed and keeps none of them. A task that is up to date sees a user's next
   * event seconds later. Objects that live for seconds are what each garbage collection copies.
   */
  @Override
  public void writeNow() {
    List<CachedUser> changed = List.copyOf(unwritten);
    flushCache();
    changed.forEach(user -> users.remove(user.state.userId()));
  }

  @Override
  public void clearCache() {
    unwritten.clear();
    users.clear();
  }

  @Override
  public void close() {
    clearCache();
    super.close();
  }

  private @Nullable CachedUser user(String userId) {
    CachedUser kept = users.get(userId);
    if (kept != null) {
      return kept;
    }
    makeRoom();
    byte[] row = wrapped().get(userId);
    if (row == null) {
      return null;
    }
    CachedUser read = new CachedUser(UserState.fromBytes(row));
    users.add(read, row.length);
    return read;
  }

  private void changed(CachedUser user) {
    if (user.written) {
      user.written = false;
      unwritten.add(user);
    }
  }

  /** When the next to be forgotten isn't written yet, all who have changed are written. */
  private void makeRoom() {
    while (users.areTooMany()) {
      if (!users.forgetEldest()) {
        flushCache();
      }
    }
  }

  /** A record is sent in the name of the processor that is running; that may be another by now. */
  private void sendAs(ProcessorNode<?, ?, ?, ?> sender, Runnable send) {
    ProcessorNode<?, ?, ?, ?> current = context().currentNode();
    context().setCurrentNode(sender);
    try {
      send.run();
    } finally {
      context().setCurrentNode(current);
    }
  }

  private InternalProcessorContext<?, ?> context() {
    return Objects.requireNonNull(context, "not initialised");
  }
}
