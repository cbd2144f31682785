package dev.attune.http;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Puts the endpoint into each connection of Spring's server, bounds their number, and at the end
 * closes the port, lets connections finish their request, and only then lets Spring go on.
 */
// a close that fails has nothing left to close
@SuppressWarnings("FutureReturnValueIgnored")
final class EndpointServer implements NettyServerCustomizer, SmartLifecycle {
  private final EndpointRequest.Shared shared;
  private final HttpSettings settings;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private volatile @Nullable DisposableServer listening;
  private volatile boolean running;

  EndpointServer(EndpointRequest.Shared shared, HttpSettings settings) {
    this.shared = shared;
    this.settings = settings;
  }

  @Override
  public HttpServer apply(HttpServer server) {
    return server
        .doOnBound(bound -> listening = bound)
        .doOnChannelInit((observer, channel, remote) -> join(channel));
  }

  private void join(Channel channel) {
    if (connections.size() >= settings.maxConnections()) {
      channel.close();
      return;
    }
    connections.add(channel);
    channel
        .pipeline()
        .addBefore(NettyPipeline.HttpCodec, "idle", idle())
        .addAfter(NettyPipeline.HttpCodec, "endpoint", new EndpointConnection(shared));
  }

  private IdleStateHandler idle() {
    return new IdleStateHandler(
        settings.readTimeout().toMillis(),
        0,
        settings.idleTimeout().toMillis(),
        TimeUnit.MILLISECONDS);
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    stop(() -> {});
  }

  @Override
  public void stop(Runnable done) {
    running = false;
    DisposableServer server = listening;
    if (server != null) {
      server.channel().close();
    }
    connections.forEach(c -> c.pipeline().fireUserEventTriggered(EndpointConnection.FINISH));
    connections.newCloseFuture().addListener(closed -> done.run());
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Before the server's own end, which does not know the endpoint's requests. */
  @Override
  public int getPhase() {
    return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
  }
}
