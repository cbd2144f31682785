package dev.attune.streams.runtime;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.apache.kafka.streams.state.internals.BlockBasedTableConfigWithAccessibleCache;
import org.rocksdb.BloomFilter;
import org.rocksdb.Options;

/** Makes every store share {@link RocksDbMemory}. Kafka Streams instantiates it by name. */
public final class SharedRocksDbConfig implements RocksDBConfigSetter {
  private static final long WRITE_BUFFER_BYTES = 8L << 20;

  /**
   * What a write buffer grows by. Each store has one, with a row or without, and by default it
   * would take a megabyte at once: those of 16 partitions would fill their memory for good, and
   * each further row would be written to a file of its own.
   */
  private static final long WRITE_BUFFER_STEP_BYTES = 32L << 10;

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    RocksDbMemory memory = (RocksDbMemory) configs.get(RocksDbMemory.KEY);
    if (memory == null) {
      throw new IllegalStateException(RocksDbMemory.KEY + " is not set");
    }
    BlockBasedTableConfigWithAccessibleCache table =
        (BlockBasedTableConfigWithAccessibleCache) options.tableFormatConfig();
    table.setBlockCache(memory.cache());
    table.setCacheIndexAndFilterBlocks(true);
    table.setPinTopLevelIndexAndFilter(true);
    // a new user's first event looks up a key that is nowhere
    table.setFilterPolicy(new BloomFilter(10));
    options.setWriteBufferManager(memory.writeBuffers());
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setArenaBlockSize(WRITE_BUFFER_STEP_BYTES);
    options.setTableFormatConfig(table);
  }

  @Override
  public void close(String storeName, Options options) {
    // the shared memory outlives the store
  }
}
