package dev.attune.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.state.internals.BlockBasedTableConfigWithAccessibleCache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.springframework.util.unit.DataSize;

class RocksDbMemoryTest {
  /** Of one partition. */
  private static final int STORES = 10;

  private static final int PARTITIONS = 16;
  private static final int ROWS = 40;
  private static final int ROW_BYTES = 500;

  @TempDir private Path folder;

  /** Else each row would be written to a file of its own, and files be merged all the time. */
  @Test
  void allPartitionsStoresKeepTheirNewestRowsInMemory() throws Exception {
    byte[] row = new byte[ROW_BYTES];
    List<RocksDB> stores = new ArrayList<>();
    try (RocksDbMemory memory = new RocksDbMemory(DataSize.ofMegabytes(96))) {
      try {
        for (int i = 0; i < PARTITIONS * STORES; i++) {
          stores.add(open(memory, folder.resolve("store-" + i)));
        }
        for (int i = 0; i < ROWS; i++) {
          for (RocksDB store : stores) {
            store.put(("user-" + i).getBytes(StandardCharsets.UTF_8), row);
          }
        }

        assertThat(stores).allMatch(store -> files(store) == 0);
      } finally {
        stores.forEach(RocksDB::close);
      }
    }
  }

  private static RocksDB open(RocksDbMemory memory, Path path) throws RocksDBException {
    var options = new Options().setCreateIfMissing(true);
    options.setTableFormatConfig(new BlockBasedTableConfigWithAccessibleCache());
    new SharedRocksDbConfig().setConfig("store", options, Map.of(RocksDbMemory.KEY, memory));
    return RocksDB.open(options, path.toString());
  }

  private static int files(RocksDB store) {
    return store.getLiveFilesMetaData().size();
  }
}
