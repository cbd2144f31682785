package dev.attune.streams.topology;

import dev.attune.core.user.UserState;
import dev.attune.core.user.UserUpdate;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.AbstractStoreBuilder;
import org.jspecify.annotations.Nullable;

/** The plain twin of {@link CachingUserStore}: one get and one put a change. */
record PlainUserStore(KeyValueStore<String, byte[]> rows) implements UserStore {
  static StoreBuilder<UserStore> builder(StoreBuilder<KeyValueStore<String, byte[]>> rows) {
    return new AbstractStoreBuilder<>(
        rows.name(), Serdes.String(), Serdes.ByteArray(), Time.SYSTEM) {
      @Override
      public UserStore build() {
        return new PlainUserStore(rows.build());
      }
    };
  }

  @Override
  public @Nullable UserState find(String userId) {
    byte[] row = rows.get(userId);
    return row == null ? null : UserState.fromBytes(row);
  }

  @Override
  public UserUpdate change(String userId, Function<@Nullable UserState, UserUpdate> change) {
    UserUpdate update = change.apply(find(userId));
    rows.put(userId, update.state().toBytes());
    return update;
  }

  @Override
  public boolean amend(String userId, Predicate<UserState> change) {
    UserState state = find(userId);
    if (state == null || !change.test(state)) {
      return false;
    }
    rows.put(userId, state.toBytes());
    return true;
  }

  @Override
  public void sendWithRow(String userId, Runnable send) {
    send.run();
  }

  @Override
  public void delete(String userId) {
    rows.delete(userId);
  }

  @Override
  public void writeNow() {}

  @Override
  public byte @Nullable [] get(String userId) {
    return rows.get(userId);
  }

  @Override
  public KeyValueIterator<String, byte[]> range(String from, String to) {
    return rows.range(from, to);
  }

  @Override
  public KeyValueIterator<String, byte[]> all() {
    return rows.all();
  }

  @Override
  public long approximateNumEntries() {
    return rows.approximateNumEntries();
  }

  @Override
  public String name() {
    return rows.name();
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    rows.init(context, root);
  }

  @Override
  public void close() {
    rows.close();
  }

  @Override
  public boolean persistent() {
    return rows.persistent();
  }

  @Override
  public boolean isOpen() {
    return rows.isOpen();
  }
}
