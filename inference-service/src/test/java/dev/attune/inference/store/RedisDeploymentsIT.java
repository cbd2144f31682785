package dev.attune.inference.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attune.inference.store.PredictionStore.Write;
import dev.attune.inference.store.PredictionStore.Written;
import dev.attune.predictions.PredictionKey;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/** The store over TLS, with an account of little rights, on a cluster, and across a failover. */
class RedisDeploymentsIT {

  /** All that the service does; a deployment's account needs no more. */
  private static final String[] ACCOUNT = {
    "SETUSER",
    "attune",
    "reset",
    "on",
    ">secret",
    "~attune:*",
    "+xadd",
    "+xrevrange",
    "+xdel",
    "+pexpire",
    "+get",
    "+set",
    "+del",
    "+info",
    "+ping",
    "+client|setname",
    "+client|setinfo"
  };

  private final List<TestRedis> running = new ArrayList<>();

  @TempDir private Path dir;

  @AfterEach
  void stop() {
    running.forEach(TestRedis::close);
  }

  private TestRedis start(String... options) {
    TestRedis redis = TestRedis.start(TestRedis.Kind.INSTALLED, options);
    running.add(redis);
    return redis;
  }

  @Test
  void worksOverMutualTls() throws Exception {
    Certificates certificates = Certificates.make(dir, "ours");
    int tls = TestRedis.freePort();
    start(certificates.redisOptions(tls));
    SslBundles trusted = certificates.bundle("redis");
    SslBundles strangers = Certificates.make(dir, "theirs").bundle("redis");
    URI uri = URI.create("rediss://127.0.0.1:" + tls);

    worksOn(store(uri, "redis", trusted));

    assertThat(store(uri, "redis", strangers).write(List.of(put("u", 1))))
        .containsExactly(Written.UNAVAILABLE);
    URI otherHost = URI.create("rediss://localhost:" + tls);
    assertThat(store(otherHost, "redis", trusted).write(List.of(put("u", 1))))
        .containsExactly(Written.UNAVAILABLE);
    URI plain = URI.create("redis://127.0.0.1:" + tls);
    assertThat(store(plain, null, trusted).write(List.of(put("u", 1))))
        .containsExactly(Written.UNAVAILABLE);
  }

  @Test
  void needsNoScriptingRights() {
    TestRedis redis = start();
    try (Jedis admin = new Jedis("127.0.0.1", redis.port())) {
      admin.sendCommand(Command.ACL, ACCOUNT);
      admin.sendCommand(Command.ACL, "SETUSER", "default", "off");
    }
    URI uri = URI.create("redis://attune:secret@127.0.0.1:" + redis.port());

    worksOn(store(uri, null, new DefaultSslBundleRegistry()));
    var marks = new RefillMarks(connection(uri));
    marksWorkOn(marks);

    try (Jedis account = new Jedis(uri)) {
      for (Command script : List.of(Command.EVAL, Command.EVALSHA, Command.FCALL)) {
        assertThatThrownBy(() -> account.sendCommand(script, "return 1", "0"))
            .isInstanceOf(JedisDataException.class)
            .hasMessageContaining("NOPERM");
      }
    }
    URI wrong = URI.create("redis://attune:wrong@127.0.0.1:" + redis.port());
    assertThat(store(wrong, null, new DefaultSslBundleRegistry()).write(List.of(put("u", 1))))
        .containsExactly(Written.UNAVAILABLE);
  }

  @Test
  void worksOnACluster() {
    List<TestRedis> nodes = IntStream.range(0, 3).mapToObj(n -> clusterNode()).toList();
    form(nodes);
    var properties = cluster(nodes.getFirst().port());
    try (var connection = new RedisConnection(properties, new DefaultSslBundleRegistry())) {
      var store = new JedisPredictionStore(connection, properties);

      worksOn(store);
      marksWorkOn(new RefillMarks(connection));

      // a batch goes to all shards at once; every one has its part
      List<Write> batch = IntStream.range(0, 300).mapToObj(i -> put("user-" + i, 7)).toList();
      assertThat(store.write(batch)).containsOnly(Written.STORED);
      for (TestRedis node : nodes) {
        try (Jedis shard = new Jedis("127.0.0.1", node.port())) {
          assertThat(shard.dbSize()).isGreaterThan(50);
        }
      }
    }
  }

  @Test
  void aShardThatWasEmptiedIsNoticed() {
    List<TestRedis> nodes = IntStream.range(0, 3).mapToObj(n -> clusterNode()).toList();
    form(nodes);
    try (var connection =
        new RedisConnection(cluster(nodes.getFirst().port()), new DefaultSslBundleRegistry())) {
      var marks = new RefillMarks(connection);
      marksWorkOn(marks);

      try (Jedis shard = new Jedis("127.0.0.1", nodes.get(1).port())) {
        shard.flushAll();
      }

      assertThat(marks.isComplete(1)).isFalse();
    }
  }

  @Test
  void afterAFailoverAnOlderVersionNeverOverwritesANewerOne() {
    TestRedis old = start();
    TestRedis next = start("--replicaof", "127.0.0.1 " + old.port());
    PredictionStore before = store(uri(old));
    var marks = new RefillMarks(connection(uri(old)));
    String user = UUID.randomUUID().toString();
    assertThat(before.write(List.of(put(user, 100)))).containsExactly(Written.STORED);
    marksWorkOn(marks);
    await().until(() -> store(uri(next)).read(user).isPresent());

    // the old primary is cut off, and lives: whoever still reaches it is served by it
    replicaOf(next, "NO", "ONE");
    PredictionStore after = store(uri(next));
    assertThat(after.write(List.of(put(user, 200)))).containsExactly(Written.STORED);
    assertThat(before.write(List.of(put(user, 150)))).containsExactly(Written.STORED);
    List<Write> stragglers =
        new ArrayList<>(IntStream.rangeClosed(101, 200).mapToObj(i -> put(user, i)).toList());
    Collections.shuffle(stragglers, new Random(1));
    assertThat(after.write(stragglers)).containsOnly(Written.SUPERSEDED);
    assertThat(text(after, user)).isEqualTo("200");

    // healed: the old one follows, its own write is gone, and whoever stayed there is refused
    replicaOf(old, "127.0.0.1", Integer.toString(next.port()));
    await().atMost(Duration.ofSeconds(30)).until(() -> text(before, user).equals("200"));
    assertThat(before.write(List.of(put(user, 201)))).containsExactly(Written.UNAVAILABLE);
    assertThat(text(after, user)).isEqualTo("200");
    // what only the old one had is brought back by the refill, which sees another server
    assertThat(new RefillMarks(connection(uri(next))).isComplete(1)).isFalse();
  }

  @Test
  void followsTheSentinelsToTheNewPrimary() throws Exception {
    TestRedis old = start();
    TestRedis next = start("--replicaof", "127.0.0.1 " + old.port());
    TestRedis sentinel = sentinel(old.port());
    var properties = sentinels(sentinel.port());
    try (var connection = new RedisConnection(properties, new DefaultSslBundleRegistry())) {
      var store = new JedisPredictionStore(connection, properties);
      String user = UUID.randomUUID().toString();
      assertThat(store.write(List.of(put(user, 100)))).containsExactly(Written.STORED);
      await().until(() -> store(uri(next)).read(user).isPresent());
      try (Jedis watcher = new Jedis("127.0.0.1", sentinel.port())) {
        await().until(() -> watcher.sentinelReplicas("attune").size() == 1);
      }

      // stopped, not killed: its connections stay open and answer nothing
      signal("STOP", old);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> store.write(List.of(put(user, 200))).contains(Written.STORED));
      signal("CONT", old);

      assertThat(store.write(List.of(put(user, 150)))).containsExactly(Written.SUPERSEDED);
      await().atMost(Duration.ofSeconds(60)).until(() -> text(store(uri(old)), user).equals("200"));
      assertThat(text(store(uri(next)), user)).isEqualTo("200");
    }
  }

  private static void signal(String name, TestRedis redis) throws Exception {
    var process =
        new ProcessBuilder("kill", "-" + name, Long.toString(redis.process().pid())).start();
    assertThat(process.waitFor()).isZero();
  }

  private static void replicaOf(TestRedis redis, String host, String port) {
    try (Jedis admin = new Jedis("127.0.0.1", redis.port())) {
      admin.sendCommand(Command.REPLICAOF, host, port);
    }
  }

  private TestRedis sentinel(int primary) throws Exception {
    TestRedis sentinel = TestRedis.sentinel(dir, "attune", primary);
    running.add(sentinel);
    return sentinel;
  }

  private TestRedis clusterNode() {
    int bus = TestRedis.freePort();
    return start(
        "--cluster-enabled",
        "yes",
        "--cluster-port",
        Integer.toString(bus),
        "--cluster-config-file",
        "nodes-" + bus + ".conf");
  }

  /** A third of the slots each. */
  private static void form(List<TestRedis> nodes) {
    int share = 16_384 / nodes.size();
    for (int i = 0; i < nodes.size(); i++) {
      int last = i == nodes.size() - 1 ? 16_383 : (i + 1) * share - 1;
      try (Jedis node = new Jedis("127.0.0.1", nodes.get(i).port())) {
        node.sendCommand(
            Command.CLUSTER, "ADDSLOTSRANGE", Integer.toString(i * share), Integer.toString(last));
        node.sendCommand(Command.CLUSTER, "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        for (TestRedis other : nodes.subList(0, i)) {
          node.sendCommand(
              Command.CLUSTER,
              "MEET",
              "127.0.0.1",
              Integer.toString(other.port()),
              Integer.toString(busPort(other)));
        }
      }
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> nodes.stream().allMatch(RedisDeploymentsIT::isFormed));
  }

  private static int busPort(TestRedis node) {
    try (Jedis jedis = new Jedis("127.0.0.1", node.port())) {
      return Integer.parseInt(jedis.configGet("cluster-port").get("cluster-port"));
    }
  }

  private static boolean isFormed(TestRedis node) {
    try (Jedis jedis = new Jedis("127.0.0.1", node.port())) {
      String info = jedis.clusterInfo();
      return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3");
    }
  }

  private static void worksOn(PredictionStore store) {
    String user = UUID.randomUUID().toString();
    assertThat(store.write(List.of(put(user, 5), put(user, 4), put(user, 6))))
        .containsExactly(Written.STORED, Written.SUPERSEDED, Written.STORED);
    assertThat(text(store, user)).isEqualTo("6");
    var erase = new Write.Erase(user, PredictionKey.entryId(0, 7, Long.MAX_VALUE));
    assertThat(store.write(List.of(erase))).containsExactly(Written.STORED);
    assertThat(store.read(user)).isEmpty();
    assertThat(store.write(List.of(put(user, 7)))).containsExactly(Written.SUPERSEDED);
    var again = store.write(List.of(put(user, 8)));
    assertThat(again).containsExactly(Written.STORED);
    store.remove(user, store.read(user).orElseThrow().entryId());
    assertThat(store.read(user)).isEmpty();
  }

  private static void marksWorkOn(RefillMarks marks) {
    assertThat(marks.isComplete(1)).isFalse();
    assertThat(marks.hold("token", 10_000)).isTrue();
    marks.begin("token");
    assertThat(marks.renew("token", 10_000)).isTrue();
    assertThat(marks.finish("token", 1)).isTrue();
    assertThat(marks.isComplete(1)).isTrue();
  }

  private static Write put(String user, long offset) {
    byte[] value = Long.toString(offset).getBytes(UTF_8);
    return new Write.Put(user, PredictionKey.entryId(0, offset, 1), value);
  }

  private static String text(PredictionStore store, String user) {
    return store.read(user).map(entry -> new String(entry.value(), UTF_8)).orElse("");
  }

  private static URI uri(TestRedis redis) {
    return URI.create("redis://127.0.0.1:" + redis.port());
  }

  private static PredictionStore store(URI uri) {
    return store(uri, null, new DefaultSslBundleRegistry());
  }

  private static PredictionStore store(URI uri, @Nullable String bundle, SslBundles bundles) {
    RedisSettings properties =
        properties(uri, RedisSettings.Mode.STANDALONE, List.of(), null, bundle);
    return new JedisPredictionStore(new RedisConnection(properties, bundles), properties);
  }

  private static RedisConnection connection(URI uri) {
    return new RedisConnection(
        properties(uri, RedisSettings.Mode.STANDALONE, List.of(), null, null),
        new DefaultSslBundleRegistry());
  }

  private static RedisSettings cluster(int port) {
    return properties(
        URI.create("redis://127.0.0.1:" + port), RedisSettings.Mode.CLUSTER, List.of(), null, null);
  }

  private static RedisSettings sentinels(int port) {
    return properties(
        URI.create("redis://127.0.0.1:" + port),
        RedisSettings.Mode.SENTINEL,
        List.of(),
        "attune",
        null);
  }

  private static RedisSettings properties(
      URI uri,
      RedisSettings.Mode mode,
      List<String> nodes,
      @Nullable String masterName,
      @Nullable String sslBundle) {
    return new RedisSettings(
        uri,
        mode,
        nodes,
        masterName,
        sslBundle,
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        2,
        8,
        Duration.ofDays(30));
  }
}
