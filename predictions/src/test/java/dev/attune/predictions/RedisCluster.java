package dev.attune.predictions;

import dev.attune.local.infra.RedisShards;
import io.lettuce.core.cluster.SlotHash;
import java.util.List;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;

/** Three primaries with a third of the slots each. */
public record RedisCluster(List<TestRedis> primaries) {
  static RedisCluster start(String... options) {
    String[] all =
        Stream.concat(Stream.of(options), Stream.of("--cluster-enabled", "yes"))
            .toArray(String[]::new);
    List<TestRedis> primaries =
        Stream.generate(() -> TestRedis.start(RedisShards.freePort(), all))
            .limit(RedisShards.SIZE)
            .toList();
    RedisShards.form(primaries.stream().map(TestRedis::port).toList());
    return new RedisCluster(primaries);
  }

  /** Who has this user, unless he was moved. */
  public TestRedis primaryOf(String user) {
    return primaries.get(RedisShards.shardOf(PredictionKey.of(user)));
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
