package dev.attune.streams.topology;

import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.springframework.util.unit.DataSize;

/**
 * Builds the stores of the topology.
 *
 * @param kind what state is kept in, by store name
 * @param userMemory for users kept decoded, of all tasks together
 */
public record StateStores(Function<String, KeyValueBytesStoreSupplier> kind, DataSize userMemory) {
  /**
   * A store without a cache: a write goes to the store and the changelog at once, which the commit
   * barrier needs for owed keys.
   */
  public <K, V> StoreBuilder<KeyValueStore<K, V>> store(String name, Serde<K> key, Serde<V> value) {
    return Stores.keyValueStoreBuilder(kind.apply(name), key, value)
        .withCachingDisabled()
        // an erased user's older rows must be gone within a day
        .withLoggingEnabled(Map.of(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, "86400000"));
  }

  StoreBuilder<UserStore> users() {
    return CachingUserStore.builder(
        store(TopologyNames.USERS_STORE, Serdes.String(), Serdes.ByteArray()),
        new CachedUsers.Memory(userMemory));
  }
}
