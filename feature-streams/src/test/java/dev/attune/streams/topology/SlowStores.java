package dev.attune.streams.topology;

import dev.attune.streams.dispatch.VirtualTime;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Stores in memory that take time to be read and written, so that answers and timers come within
 * the stream thread's steps.
 */
final class SlowStores implements Function<String, KeyValueBytesStoreSupplier> {
  private static final Set<String> SLOW =
      Set.of("get", "put", "putAll", "putIfAbsent", "delete", "range", "all");

  private final VirtualTime time;
  private final Supplier<Duration> access;

  /**
   * @param access how long the next one takes
   */
  SlowStores(VirtualTime time, Supplier<Duration> access) {
    this.time = time;
    this.access = access;
  }

  @Override
  public KeyValueBytesStoreSupplier apply(String name) {
    KeyValueBytesStoreSupplier quick = Stores.inMemoryKeyValueStore(name);
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public KeyValueStore<Bytes, byte[]> get() {
        return slow(quick.get());
      }

      @Override
      public String metricsScope() {
        return quick.metricsScope();
      }
    };
  }

  @SuppressWarnings("unchecked") // the proxy hands everything on
  private KeyValueStore<Bytes, byte[]> slow(KeyValueStore<Bytes, byte[]> quick) {
    return (KeyValueStore<Bytes, byte[]>)
        Proxy.newProxyInstance(
            SlowStores.class.getClassLoader(),
            new Class<?>[] {KeyValueStore.class},
            (_, method, arguments) -> {
              if (SLOW.contains(method.getName())) {
                time.pass(access.get());
              }
              try {
                return method.invoke(quick, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
