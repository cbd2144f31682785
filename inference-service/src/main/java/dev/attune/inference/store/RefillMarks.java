package dev.attune.inference.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * Keys that tell whether Redis still holds what was put there. A mark lies in every 256th part of
 * the cluster's slots, so on every shard; it names the model revision everybody was scored with,
 * and the servers' replication ids. A missing mark: the shard came back empty. Other ids: it was
 * restarted from a file, or a replica took over, and the last writes may be gone.
 *
 * <p>While a refill runs the marks carry its token. It counts as finished only if all of them still
 * do at its end, since Redis may have been emptied again meanwhile.
 */
public final class RefillMarks {

  private static final Logger log = LoggerFactory.getLogger(RefillMarks.class);
  private static final int SLOTS = 16_384;
  private static final int CLUSTER_MARKS = 64;
  private static final String LEASE = "attune:{refill}:lease";
  private static final String UNKNOWN_SERVER = "unknown";

  private final RedisConnection redis;
  private final List<String> keys;

  public RefillMarks(RedisConnection redis) {
    this.redis = redis;
    this.keys = redis.isCluster() ? clusterKeys() : List.of(key(0));
  }

  private static String key(int tag) {
    return "attune:{refill-" + tag + "}:mark";
  }

  private static List<String> clusterKeys() {
    int width = SLOTS / CLUSTER_MARKS;
    return IntStream.range(0, CLUSTER_MARKS)
        .mapToObj(
            part ->
                Stream.iterate(0, tag -> tag + 1)
                    .map(RefillMarks::key)
                    .filter(key -> JedisClusterCRC16.getSlot(key) / width == part)
                    .findFirst()
                    .orElseThrow())
        .toList();
  }

  /**
   * Whether everybody is scored with this model revision or a later one, and nothing was lost
   * since.
   *
   * @throws StoreException when Redis can't answer
   */
  public boolean isComplete(long revision) {
    return ask(
        () -> {
          String servers = servers();
          return keys.stream()
              .map(key -> Mark.parse(redis.client().get(key)))
              .allMatch(mark -> mark.filter(m -> m.covers(revision, servers)).isPresent());
        });
  }

  /**
   * Claims or renews the right to refill; one holder at a time, for as long as it renews in time.
   *
   * @throws StoreException when Redis can't answer
   */
  public boolean hold(String token, long millis) {
    return ask(
        () -> {
          UnifiedJedis client = redis.client();
          SetParams claim = SetParams.setParams().nx().px(millis);
          if (client.set(LEASE, token, claim) != null) {
            return true;
          }
          return token.equals(client.get(LEASE)) && client.pexpire(LEASE, millis) == 1;
        });
  }

  /** Marks a refill as running. */
  public void begin(String token) {
    ask(() -> keys.stream().map(key -> redis.client().set(key, token)).toList());
  }

  /** Keeps the claim; false when it was lost, or a shard lost its mark since {@link #begin}. */
  public boolean renew(String token, long millis) {
    return ask(() -> carried(token)) && hold(token, millis);
  }

  private boolean carried(String token) {
    return keys.stream().allMatch(key -> token.equals(redis.client().get(key)));
  }

  /** Marks it as finished, unless a shard lost its mark since {@link #begin}. */
  public boolean finish(String token, long revision) {
    return ask(
        () -> {
          UnifiedJedis client = redis.client();
          if (!carried(token)) {
            return false;
          }
          String done = new Mark(revision, servers()).toString();
          keys.forEach(key -> client.set(key, done));
          client.del(LEASE);
          return true;
        });
  }

  private String servers() {
    UnifiedJedis client = redis.client();
    SortedSet<String> ids = new TreeSet<>();
    if (client instanceof RedisClusterClient cluster) {
      cluster.getClusterNodes().values().stream()
          .map(RefillMarks::primary)
          .filter(Objects::nonNull)
          .forEach(ids::add);
    } else {
      ids.add(
          replicationId(() -> (byte[]) client.sendCommand(Protocol.Command.INFO, "replication")));
    }
    return String.join(",", ids);
  }

  /** The node's replication id; null for a replica, whose comings and goings lose nothing. */
  private static @Nullable String primary(ConnectionPool node) {
    try (var connection = node.getResource()) {
      connection.sendCommand(Protocol.Command.INFO, "replication");
      String info = connection.getBulkReply();
      return info.contains("role:master") ? field(info) : null;
    }
  }

  private static String replicationId(Supplier<byte[]> info) {
    try {
      return field(new String(info.get(), US_ASCII));
    } catch (JedisDataException e) {
      // an account without INFO: an emptied Redis is still noticed, by the missing mark
      log.debug("INFO was refused: {}", e.getMessage());
      return UNKNOWN_SERVER;
    }
  }

  private static String field(String info) {
    return info.lines()
        .filter(line -> line.startsWith("master_replid:"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip().toLowerCase(Locale.ROOT))
        .findFirst()
        .orElse(UNKNOWN_SERVER);
  }

  private static <T> T ask(Supplier<T> question) {
    try {
      return question.get();
    } catch (JedisException e) {
      throw new StoreException("Redis did not answer: " + e.getMessage(), e);
    }
  }

  /** {@code done <revision> <servers>}. */
  record Mark(long revision, String servers) {

    static Optional<Mark> parse(@Nullable String text) {
      String[] parts = text == null ? new String[0] : text.split(" ", -1);
      return parts.length == 3 && parts[0].equals("done")
          ? Optional.of(new Mark(Long.parseLong(parts[1]), parts[2]))
          : Optional.empty();
    }

    boolean covers(long revision, String servers) {
      return this.revision >= revision && this.servers.equals(servers);
    }

    @Override
    public String toString() {
      return "done " + revision + " " + servers;
    }
  }
}
