package dev.attune.predictions;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.support.AsyncConnectionPoolSupport;
import io.lettuce.core.support.BoundedAsyncPool;
import io.lettuce.core.support.BoundedPoolConfig;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes Lettuce's clients of the configured kind, and closes them. */
final class RedisClients implements AutoCloseable {
  /** Commands that wait on one connection; a batch of writes is two commands each. */
  private static final int MOST_IN_FLIGHT = 16_384;

  /** How soon a cluster's slots that moved without a word are looked for. */
  private static final Duration TOPOLOGY = Duration.ofSeconds(30);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /**
   * While nodes of a cluster are away a client may throw where it closes, or not come back (Lettuce
   * issues 2278 and 3880).
   */
  private static final Executor CLOSING =
      task -> Thread.ofPlatform().daemon().name("attune-redis-close").start(task);

  private final RedisSettings settings;
  private final RedisAddress address;
  private final ClientResources resources =
      DefaultClientResources.builder()
          .commandLatencyRecorder(CommandLatencyRecorder.disabled())
          .reconnectDelay(Delay.exponential(Duration.ZERO, LONGEST_PAUSE, 2, TimeUnit.MILLISECONDS))
          .build();
  private final Queue<AbstractRedisClient> clients = new ConcurrentLinkedQueue<>();

  RedisClients(RedisSettings settings, String name) {
    this.settings = settings;
    this.address = new RedisAddress(settings, name);
  }

  /** A connection on a thread of the clients' own. */
  RedisConnection connection() {
    return connection(null);
  }

  /** A connection of which all happens on this thread. */
  RedisConnection connectionOn(EventLoop thread) {
    return connection(thread);
  }

  private RedisConnection connection(@Nullable EventLoop thread) {
    var setup = new ConnectionSetup(settings.timeout());
    return new RedisConnection(client(setup, thread), setup);
  }

  /** Connections for commands that block up to {@code longest}. */
  BoundedAsyncPool<StatefulConnection<String, byte[]>> pool(int most, Duration longest) {
    AbstractRedisClient client =
        client(new ConnectionSetup(longest.plus(settings.timeout())), null);
    var bounds = BoundedPoolConfig.builder().maxTotal(most).maxIdle(most).testOnAcquire().build();
    return AsyncConnectionPoolSupport.createBoundedObjectPool(
        () -> RedisConnection.connect(client), bounds, false);
  }

  private AbstractRedisClient client(ConnectionSetup setup, @Nullable EventLoop thread) {
    ClientResources.Builder own = resources.mutate().nettyCustomizer(setup);
    if (thread != null) {
      own.eventLoopGroupProvider(new SharedEventLoop(thread));
    }
    AbstractRedisClient client =
        switch (settings.mode()) {
          case STANDALONE, SENTINEL -> single(own.build());
          case CLUSTER -> cluster(own.build());
        };
    clients.add(client);
    return client;
  }

  private RedisClient single(ClientResources own) {
    RedisClient client = RedisClient.create(own, address.single());
    client.setOptions(options(ClientOptions.builder()).build());
    return client;
  }

  private RedisClusterClient cluster(ClientResources own) {
    RedisClusterClient client = RedisClusterClient.create(own, address.nodes());
    ClusterClientOptions.Builder options = ClusterClientOptions.builder();
    options.topologyRefreshOptions(
        ClusterTopologyRefreshOptions.builder()
            .enablePeriodicRefresh(TOPOLOGY)
            .enableAllAdaptiveRefreshTriggers()
            .build());
    var unused = options(options);
    client.setOptions(options.build());
    return client;
  }

  /** What is under way when a connection breaks is asked again on the next one. */
  private ClientOptions.Builder options(ClientOptions.Builder options) {
    return options
        .requestQueueSize(MOST_IN_FLIGHT)
        // a timer for each command: SilentConnection needs one for all
        .timeoutOptions(TimeoutOptions.create())
        // any Redis and Valkey knows it
        .protocolVersion(ProtocolVersion.RESP2)
        // of a vendor's cloud alone
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .socketOptions(SocketOptions.builder().connectTimeout(settings.connectTimeout()).build())
        .sslOptions(address.sslOptions());
  }

  @Override
  public void close() {
    long millis = settings.timeout().toMillis();
    CompletableFuture.allOf(
            clients.stream()
                .map(client -> CompletableFuture.supplyAsync(() -> closed(client), CLOSING))
                .map(closed -> closed.thenCompose(Function.identity()))
                .toArray(CompletableFuture[]::new))
        // a server that does not answer, or a thread that has ended, must not hold anybody up
        .completeOnTimeout(null, millis, TimeUnit.MILLISECONDS)
        .handle((closed, failure) -> true)
        .join();
    clients.forEach(client -> end(client.getResources(), millis));
    end(resources, millis);
  }

  private CompletableFuture<Void> closed(AbstractRedisClient client) {
    return client.shutdownAsync(0, settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void end(ClientResources ended, long millis) {
    var unused = ended.shutdown(0, millis, TimeUnit.MILLISECONDS);
  }
}
