package dev.attune.local.infra;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * A Redis Cluster of three primaries with a third of the slots each, and no replicas: while one is
 * away, its keys are, and those of the others can be used. It comes back empty, with its slots.
 */
public final class RedisShards implements AutoCloseable {
  public static final int SIZE = 3;

  private static final int SLOTS = 16_384;
  private static final int SHARE = SLOTS / SIZE;

  /** So far above its port a node listens to the others. */
  private static final int BUS = 10_000;

  private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 50;

  private final Path home;
  private final List<Node> nodes;
  private final Map<Integer, ServerProcess> running = new ConcurrentHashMap<>();

  /** A server that knows the others from a file of its own. */
  private record Node(RedisServer redis) implements Server {
    @Override
    public String name() {
      return redis.name() + "-" + redis.port();
    }

    @Override
    public int port() {
      return redis.port();
    }

    @Override
    public List<String> command() {
      return Stream.concat(
              redis.command().stream(),
              Stream.of(
                  "--cluster-enabled",
                  "yes",
                  "--cluster-node-timeout",
                  "2000",
                  "--cluster-require-full-coverage",
                  "no"))
          .toList();
    }

    @Override
    public Path directory() {
      return redis.directory();
    }

    @Override
    public boolean isReady() {
      return redis.isReady();
    }
  }

  /**
   * @param home where their files and logs live
   */
  public RedisShards(Path home) {
    this.home = home;
    this.nodes =
        IntStream.range(0, SIZE)
            .mapToObj(
                shard -> new Node(new RedisServer(home.resolve("redis-" + shard), freePort())))
            .toList();
  }

  /** Starts all and returns when they are a cluster. */
  public void start() {
    IntStream.range(0, SIZE).forEach(this::launch);
    form(nodes.stream().map(Node::port).toList());
  }

  private void launch(int shard) {
    Path log = home.resolve("logs/redis-%s.log".formatted(shard));
    running.put(shard, ServerProcess.start(nodes.get(shard), log).awaitReady(READY_TIMEOUT));
  }

  /** Ends a shard at once. */
  public void kill(int shard) {
    ServerProcess process = running.remove(shard);
    if (process != null) {
      process.kill();
    }
  }

  /** Starts a killed shard again, empty, and returns when it answers for its slots. */
  public void start(int shard) {
    launch(shard);
    awaitFormed(nodes.stream().map(Node::port).toList());
  }

  /** Each shard's address. */
  public List<String> uris() {
    return nodes.stream().map(node -> node.redis().uri()).toList();
  }

  /** Where a key is, in a cluster that was formed here. */
  public static int shardOf(String key) {
    return Math.min(JedisClusterCRC16.getSlot(key) / SHARE, SIZE - 1);
  }

  /** A port that a node and its bus can have. */
  public static int freePort() {
    return IntStream.generate(Ports::free)
        .filter(port -> Ports.isFree(port + BUS))
        .findFirst()
        .orElseThrow();
  }

  /** Gives three empty servers a third of the slots each, and returns when all know it. */
  public static void form(List<Integer> ports) {
    for (int shard = 0; shard < SIZE; shard++) {
      int end = shard == SIZE - 1 ? SLOTS : (shard + 1) * SHARE;
      try (Jedis node = admin(ports.get(shard))) {
        node.clusterAddSlots(IntStream.range(shard * SHARE, end).toArray());
        node.clusterSetConfigEpoch(shard + 1);
        for (int other : ports.subList(0, shard)) {
          node.clusterMeet("127.0.0.1", other);
        }
      }
    }
    awaitFormed(ports);
  }

  private static void awaitFormed(List<Integer> ports) {
    long deadline = System.nanoTime() + READY_TIMEOUT.toNanos();
    while (!ports.stream().allMatch(RedisShards::isFormed)) {
      if (System.nanoTime() > deadline) {
        throw new ServerException("The Redis servers became no cluster.");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ServerException("Interrupted while Redis became a cluster.", e);
      }
    }
  }

  private static boolean isFormed(int port) {
    try (Jedis node = admin(port)) {
      String info = node.clusterInfo();
      return info.contains("cluster_state:ok")
          && info.contains("cluster_slots_ok:" + SLOTS)
          && info.contains("cluster_known_nodes:" + SIZE);
    }
  }

  private static Jedis admin(int port) {
    return new Jedis("127.0.0.1", port);
  }

  @Override
  public void close() {
    running.values().forEach(ServerProcess::kill);
    running.clear();
  }
}
