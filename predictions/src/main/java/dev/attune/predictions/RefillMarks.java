package dev.attune.predictions;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that tell whether Redis still holds what was put there. A mark lies in every 256th part of
 * the cluster's slots, so on every shard; it names the model revision everybody was scored with,
 * and the servers' replication ids. A missing mark: the shard came back empty. Other ids: it was
 * restarted from a file, or a replica took over, and the last writes may be gone.
 *
 * <p>While a refill runs the marks carry its token and the servers that it began with. It counts as
 * finished only if all of them still do at its end and the servers are the same: Redis may have
 * been emptied again meanwhile, or another server may lack what was written last.
 *
 * <p>All methods throw a {@link StoreException} when Redis can't answer.
 */
public final class RefillMarks {
  private static final Logger log = LoggerFactory.getLogger(RefillMarks.class);
  private static final int CLUSTER_MARKS = 64;
  private static final String LEASE = "attune:{refill}:lease";
  private static final String UNKNOWN_SERVER = "unknown";

  private final RedisConnection redis;
  private final Duration timeout;
  private final List<String> keys;

  RefillMarks(RedisConnection redis, RedisSettings settings) {
    this.redis = redis;
    this.timeout = settings.timeout();
    this.keys = settings.mode() == RedisSettings.Mode.CLUSTER ? clusterKeys() : List.of(key(0));
  }

  private static String key(int tag) {
    return "attune:{refill-" + tag + "}:mark";
  }

  private static List<String> clusterKeys() {
    int width = SlotHash.SLOT_COUNT / CLUSTER_MARKS;
    return IntStream.range(0, CLUSTER_MARKS)
        .mapToObj(
            part ->
                Stream.iterate(0, tag -> tag + 1)
                    .map(RefillMarks::key)
                    .filter(key -> SlotHash.getSlot(key) / width == part)
                    .findFirst()
                    .orElseThrow())
        .toList();
  }

  /**
   * Whether everybody is scored with this model revision or a later one, and nothing was lost
   * since.
   */
  public boolean isComplete(long revision) {
    String servers = servers();
    return marks().stream()
        .map(Mark::parse)
        .allMatch(mark -> mark.filter(m -> m.covers(revision, servers)).isPresent());
  }

  /** Claims or renews the right to refill; one holder at a time, while it renews in time. */
  public boolean hold(String token, long millis) {
    SetArgs ifFree = SetArgs.Builder.nx().px(millis);
    if (ask(commands -> commands.set(LEASE, bytes(token), ifFree)) != null) {
      return true;
    }
    return token.equals(text(ask(commands -> commands.get(LEASE))))
        && ask(commands -> commands.pexpire(LEASE, millis));
  }

  /** Marks a refill as running. */
  public void begin(String token) {
    mark(running(token));
  }

  /**
   * Keeps the claim; false when it was lost, or a shard lost its mark or its server since {@link
   * #begin}.
   */
  public boolean renew(String token, long millis) {
    return carried(token) && hold(token, millis);
  }

  /** Marks it as finished, unless a shard lost its mark or its server since {@link #begin}. */
  public boolean finish(String token, long revision) {
    if (!carried(token)) {
      return false;
    }
    mark(new Mark(revision, servers()).toString());
    var unused = ask(commands -> commands.del(LEASE));
    return true;
  }

  private boolean carried(String token) {
    String running = running(token);
    return marks().stream().allMatch(running::equals);
  }

  private String running(String token) {
    return token + " on " + servers();
  }

  private void mark(String value) {
    var unused = onEachKey((commands, key) -> commands.set(key, bytes(value)));
  }

  private List<@Nullable String> marks() {
    return onEachKey(RedisClusterAsyncCommands::get).stream().map(RefillMarks::text).toList();
  }

  private interface KeyCommand<T> {
    RedisFuture<T> on(RedisClusterAsyncCommands<String, byte[]> commands, String key);
  }

  private <T> List<T> onEachKey(KeyCommand<T> command) {
    return keys.stream()
        .map(key -> redis.ask(commands -> command.on(commands, key)))
        .toList()
        .stream()
        .map(answer -> RedisConnection.await(answer, timeout))
        .toList();
  }

  private <T> T ask(Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> question) {
    return RedisConnection.await(redis.ask(question), timeout);
  }

  /** The replication id of each primary; replicas come and go, and nothing is lost by it. */
  private String servers() {
    var commands = redis.commands(timeout);
    Stream<CompletableFuture<String>> infos =
        commands instanceof RedisAdvancedClusterAsyncCommands<String, byte[]> cluster
            ? Stream.of(cluster.upstream().commands().info("replication").futures())
            : Stream.of(commands.info("replication").toCompletableFuture());
    return infos.map(this::replicationId).sorted().distinct().collect(Collectors.joining(","));
  }

  private String replicationId(CompletableFuture<String> info) {
    try {
      return RedisConnection.await(info, timeout)
          .lines()
          .filter(line -> line.startsWith("master_replid:"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip().toLowerCase(Locale.ROOT))
          .findFirst()
          .orElse(UNKNOWN_SERVER);
    } catch (StoreException e) {
      if (e.getCause() instanceof RedisCommandExecutionException) {
        // an account without INFO: an emptied Redis is still noticed, by the missing mark
        log.debug("INFO was refused", e);
        return UNKNOWN_SERVER;
      }
      throw e;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, US_ASCII);
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
