package dev.attune.predictions;

import static org.awaitility.Awaitility.await;

import dev.attune.local.infra.Ports;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;

/** Three primaries with a third of the slots each. */
public record RedisCluster(List<TestRedis> primaries) {
  private static final int SIZE = 3;
  private static final int SHARE = SlotHash.SLOT_COUNT / SIZE;

  /** So far above its port a node listens to the others. */
  private static final int BUS = 10_000;

  static RedisCluster start(String... options) {
    String[] all =
        Stream.concat(Stream.of(options), Stream.of("--cluster-enabled", "yes"))
            .toArray(String[]::new);
    List<TestRedis> primaries =
        Stream.generate(() -> TestRedis.start(port(), all)).limit(SIZE).toList();
    for (int i = 0; i < SIZE; i++) {
      join(primaries, i);
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> primaries.stream().allMatch(RedisCluster::isFormed));
    return new RedisCluster(primaries);
  }

  private static int port() {
    return IntStream.generate(Ports::free)
        .filter(port -> Ports.isFree(port + BUS))
        .findFirst()
        .orElseThrow();
  }

  private static void join(List<TestRedis> primaries, int place) {
    int end = place == SIZE - 1 ? SlotHash.SLOT_COUNT : (place + 1) * SHARE;
    try (Jedis node = primaries.get(place).admin()) {
      node.clusterAddSlots(IntStream.range(place * SHARE, end).toArray());
      node.clusterSetConfigEpoch(place + 1);
      for (TestRedis other : primaries.subList(0, place)) {
        node.clusterMeet("127.0.0.1", other.port());
      }
    }
  }

  private static boolean isFormed(TestRedis node) {
    try (Jedis jedis = node.admin()) {
      String info = jedis.clusterInfo();
      return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + SIZE);
    }
  }

  /** Who has this user, unless he was moved. */
  public TestRedis primaryOf(String user) {
    return primaries.get(Math.min(slot(user) / SHARE, SIZE - 1));
  }

  private static int slot(String user) {
    return SlotHash.getSlot(PredictionKey.of(user));
  }

  /** Brings the user to another primary. Until the end the one before says who is to be asked. */
  public void beginMove(String user, TestRedis to) {
    int slot = slot(user);
    try (Jedis source = primaryOf(user).admin();
        Jedis target = to.admin()) {
      target.clusterSetSlotImporting(slot, source.clusterMyId());
      source.clusterSetSlotMigrating(slot, target.clusterMyId());
      for (String key : source.clusterGetKeysInSlot(slot, 1_000)) {
        source.migrate("127.0.0.1", to.port(), key, 0, 10_000);
      }
    }
  }

  /** All know from now on that the user is there. */
  public void endMove(String user, TestRedis to) {
    try (Jedis target = to.admin()) {
      String owner = target.clusterMyId();
      for (TestRedis primary : primaries) {
        try (Jedis node = primary.admin()) {
          node.clusterSetSlotNode(slot(user), owner);
        }
      }
    }
  }
}
