package dev.attune.http;

import io.netty.channel.Channel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Puts the endpoint into each connection of Spring's server, and bounds their number and their
 * patience. At the end it closes the port, and connections finish their request. Only then Spring
 * goes on.
 */
// a close that fails has nothing left to close
@SuppressWarnings("FutureReturnValueIgnored")
final class EndpointServer implements SmartLifecycle {
  private final EndpointRequest.Shared shared;
  private final HttpSettings settings;
  private final Connections connections;
  private volatile @Nullable DisposableServer listening;
  private volatile @Nullable Future<?> looks;

  EndpointServer(EndpointRequest.Shared shared, HttpSettings settings, ConnectionMeters meters) {
    this.shared = shared;
    this.settings = settings;
    this.connections = new Connections(settings, meters);
  }

  HttpServer joined(HttpServer server) {
    return server
        .doOnBound(bound -> listening = bound)
        .doOnChannelInit((observer, channel, remote) -> join(channel));
  }

  private void join(Channel channel) {
    ClientClock clock = new ClientClock(settings);
    if (!connections.join(channel, clock)) {
      channel.close();
      return;
    }
    EndpointConnection connection = new EndpointConnection(shared, clock);
    channel
        .pipeline()
        .addBefore(NettyPipeline.HttpCodec, "feed", new DecoderFeed(connection::isHungry))
        .addAfter(NettyPipeline.HttpCodec, "endpoint", connection);
  }

  @Override
  public void start() {
    long millis = settings.look().toMillis();
    looks =
        GlobalEventExecutor.INSTANCE.scheduleWithFixedDelay(
            connections::look, millis, millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void stop() {
    stop(() -> {});
  }

  /** Deadlines are looked at to the last: connections end by them. */
  @Override
  public void stop(Runnable done) {
    DisposableServer server = listening;
    if (server != null) {
      server.channel().close();
    }
    connections.end(
        EndpointConnection.FINISH,
        () -> {
          Future<?> before = looks;
          looks = null;
          if (before != null) {
            before.cancel(false);
          }
          done.run();
        });
  }

  @Override
  public boolean isRunning() {
    return looks != null;
  }

  /** Before the server's own end, which does not know the endpoint's requests. */
  @Override
  public int getPhase() {
    return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
  }
}
