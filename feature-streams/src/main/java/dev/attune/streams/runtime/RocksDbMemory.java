package dev.attune.streams.runtime;

import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;
import org.springframework.util.unit.DataSize;

/**
 * The native memory that all stores of the process share: write buffers are charged to the block
 * cache, so its size bounds both. By default each store of each task would have its own 50 MB cache
 * and up to 48 MB of write buffers, outside the heap and outside any limit.
 */
public final class RocksDbMemory implements AutoCloseable {
  /** Where {@link SharedRocksDbConfig} finds it among Kafka Streams' properties. */
  static final String KEY = "attune.rocks.memory";

  private final Cache cache;
  private final WriteBufferManager writeBuffers;

  public RocksDbMemory(DataSize size) {
    RocksDB.loadLibrary();
    this.cache = new LRUCache(size.toBytes());
    this.writeBuffers = new WriteBufferManager(size.toBytes() / 2, cache);
  }

  Cache cache() {
    return cache;
  }

  WriteBufferManager writeBuffers() {
    return writeBuffers;
  }

  @Override
  public void close() {
    writeBuffers.close();
    cache.close();
  }
}
