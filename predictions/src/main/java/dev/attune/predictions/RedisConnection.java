package dev.attune.predictions;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A connection that many share. It is made at its first use, and again at the next one when that
 * failed; once made, the client keeps it up. Thread-safe.
 */
final class RedisConnection {
  static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private static final Range<String> ALL = Range.unbounded();
  private static final Limit NEWEST = Limit.from(1);

  /** Making a connection blocks. */
  private static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();

  private final AbstractRedisClient client;
  private final ConnectionSetup setup;
  private volatile @Nullable CompletableFuture<StatefulConnection<String, byte[]>> made;

  RedisConnection(AbstractRedisClient client, ConnectionSetup setup) {
    this.client = client;
    this.setup = setup;
  }

  /** A new connection of any kind. */
  static CompletableFuture<StatefulConnection<String, byte[]>> connect(AbstractRedisClient client) {
    return CompletableFuture.supplyAsync(
        () ->
            switch (client) {
              case RedisClient single -> single.connect(CODEC);
              case RedisClusterClient cluster -> cluster.connect(CODEC);
              default -> throw new IllegalArgumentException(client.toString());
            },
        THREADS);
  }

  /** What every kind of connection can be asked. */
  static RedisClusterAsyncCommands<String, byte[]> commands(
      StatefulConnection<String, byte[]> connection) {
    return switch (connection) {
      case StatefulRedisConnection<String, byte[]> single -> single.async();
      case StatefulRedisClusterConnection<String, byte[]> cluster -> cluster.async();
      default -> throw new IllegalArgumentException(connection.toString());
    };
  }

  /**
   * Asks; the answer completes the future where the client reads it. What is cancelled before it
   * was sent is not sent any more.
   */
  <T> CompletableFuture<T> ask(
      Function<RedisClusterAsyncCommands<String, byte[]>, RedisFuture<T>> question) {
    var connected = connected();
    if (connected.state() != Future.State.SUCCESS) {
      return connected.thenCompose(connection -> question.apply(commands(connection)));
    }
    try {
      return question.apply(commands(connected.resultNow())).toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** What the user has now. */
  CompletableFuture<Optional<StoredEntry>> newest(String userId) {
    return ask(commands -> commands.xrevrange(PredictionKey.of(userId), ALL, NEWEST))
        .thenApply(StoredEntry::first);
  }

  /**
   * The commands of a connection that is there.
   *
   * @throws StoreException when none can be made in time
   */
  RedisClusterAsyncCommands<String, byte[]> commands(Duration time) {
    return commands(await(connected(), time));
  }

  private CompletableFuture<StatefulConnection<String, byte[]>> connected() {
    var known = made;
    return known == null || known.isCompletedExceptionally() ? make() : known;
  }

  private synchronized CompletableFuture<StatefulConnection<String, byte[]>> make() {
    var known = made;
    if (known == null || known.isCompletedExceptionally()) {
      known = connect(client);
      made = known;
    }
    return known;
  }

  /** Whether a connection was made and is lost at the moment; questions wait for the next one. */
  boolean isLost() {
    var known = made;
    return known != null && known.state() == Future.State.SUCCESS && !setup.isOpen();
  }

  /** Grows whenever a connection was made or came back. */
  long connects() {
    return setup.made();
  }

  /**
   * Drops the connection; the next question makes another. After a failover behind one address the
   * old one leads to the former primary, which is alive, read-only, and would keep refusing.
   */
  synchronized void renew() {
    var known = made;
    if (known != null && known.state() == Future.State.SUCCESS) {
      made = null;
      var unused = known.resultNow().closeAsync();
    }
  }

  /**
   * Waits for an answer.
   *
   * @throws StoreException when there is none in time, or a refusal
   */
  static <T> T await(CompletableFuture<T> answer, Duration time) {
    try {
      return answer.get(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNull(e.getCause());
      throw new StoreException("Redis did not answer: " + cause.getMessage(), cause);
    } catch (TimeoutException e) {
      throw new StoreException("Redis did not answer in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted while Redis was asked", e);
    }
  }
}
