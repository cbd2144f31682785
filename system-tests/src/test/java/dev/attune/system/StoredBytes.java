package dev.attune.system;

import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.commands.ProtocolCommand;

/** All that a stack keeps, as bytes: whatever is in there, can be found. */
final class StoredBytes {
  private final StackSettings settings;

  StoredBytes(StackSettings settings) {
    this.settings = settings;
  }

  /** The values of all topics, those of stores included, by topic. */
  Map<String, List<byte[]>> topics() throws ExecutionException, InterruptedException {
    Map<String, List<byte[]>> all = new HashMap<>();
    try (Admin admin =
        Admin.create(
            Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers()))) {
      // Kafka's own have none of ours
      for (String topic : admin.listTopics().names().get()) {
        all.put(topic, topic(topic));
      }
    }
    return all;
  }

  List<byte[]> topic(String name) {
    List<byte[]> values = new ArrayList<>();
    RawTopic.records(settings.bootstrapServers(), name).stream()
        .filter(record -> record.value() != null)
        .forEach(record -> values.add(record.value()));
    return values;
  }

  /** Redis' keys and values, whatever their type. */
  List<byte[]> redis() {
    List<byte[]> all = new ArrayList<>();
    try (var redis = RedisClient.create(settings.redisUri())) {
      for (String key : redis.keys("*")) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        all.add(name);
        Object value =
            switch (redis.type(key)) {
              case "stream" -> ask(redis, Protocol.Command.XRANGE, name, "-", "+");
              case "hash" -> ask(redis, Protocol.Command.HGETALL, name);
              case "set" -> ask(redis, Protocol.Command.SMEMBERS, name);
              case "zset" -> ask(redis, Protocol.Command.ZRANGE, name, "0", "-1");
              case "list" -> ask(redis, Protocol.Command.LRANGE, name, "0", "-1");
              default -> ask(redis, Protocol.Command.GET, name);
            };
        flatten(value, all);
      }
    }
    return all;
  }

  private static Object ask(
      RedisClient redis, ProtocolCommand command, byte[] key, String... more) {
    byte[][] arguments = new byte[1 + more.length][];
    arguments[0] = key;
    for (int i = 0; i < more.length; i++) {
      arguments[i + 1] = more[i].getBytes(StandardCharsets.UTF_8);
    }
    return redis.sendCommand(command, arguments);
  }

  private static void flatten(Object value, List<byte[]> all) {
    if (value instanceof byte[] bytes) {
      all.add(bytes);
    } else if (value instanceof List<?> several) {
      several.forEach(each -> flatten(each, all));
    } else {
      throw new AssertionError("Redis answers " + value.getClass());
    }
  }

  /** The values of feature-streams' stores, by their files; it must not run. */
  List<byte[]> stores() throws RocksDBException {
    List<byte[]> all = new ArrayList<>();
    for (Path store : storeFolders()) {
      read(store.toString(), all);
    }
    return all;
  }

  private List<Path> storeFolders() {
    try (Stream<Path> files = Files.walk(settings.home().resolve("streams/state"))) {
      return files
          .filter(file -> file.getFileName().toString().equals("CURRENT"))
          .map(Path::getParent)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void read(String store, List<byte[]> all) throws RocksDBException {
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (Options options = new Options();
        DBOptions database = new DBOptions()) {
      List<ColumnFamilyDescriptor> families =
          RocksDB.listColumnFamilies(options, store).stream()
              .map(ColumnFamilyDescriptor::new)
              .toList();
      try (RocksDB opened = RocksDB.openReadOnly(database, store, families, handles)) {
        for (ColumnFamilyHandle family : handles) {
          try (RocksIterator rows = opened.newIterator(family)) {
            for (rows.seekToFirst(); rows.isValid(); rows.next()) {
              all.add(rows.value());
            }
          }
          family.close();
        }
      }
    }
  }
}
