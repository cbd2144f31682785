package dev.attune.responses.store;

import dev.attune.http.ServerLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * Connects an event loop with Redis, by the same address, account, database and TLS settings of the
 * JVM by which Jedis makes all other connections.
 */
// what fails on a connection closes it
@SuppressWarnings("FutureReturnValueIgnored")
final class ReadConnector {

  private static final Logger LOG = LoggerFactory.getLogger(ReadConnector.class);

  /** Longer than a read may wait: the connection is then there for those that follow. */
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final String host;
  private final int port;
  private final boolean tls;
  private final Class<? extends Channel> tcp;
  private final List<List<String>> introduction = new ArrayList<>();
  private final Executor lookups = Executors.newVirtualThreadPerTaskExecutor();

  ReadConnector(URI uri, ServerLoops loops) {
    this.host = uri.getHost();
    this.port = RedisConnections.port(uri);
    this.tls = JedisURIHelper.isRedisSSLScheme(uri);
    this.tcp = loops.tcp();
    String user = JedisURIHelper.getUser(uri);
    String password = JedisURIHelper.getPassword(uri);
    if (password != null) {
      introduction.add(user == null ? List.of("AUTH", password) : List.of("AUTH", user, password));
    }
    int database = JedisURIHelper.getDBIndex(uri);
    if (database != 0) {
      introduction.add(List.of("SELECT", Integer.toString(database)));
    }
  }

  /** A connection that is ready for reads; a failure tells that there is none. */
  CompletableFuture<Channel> connect(EventLoop loop) {
    CompletableFuture<Channel> ready = new CompletableFuture<>();
    lookups.execute(
        () -> {
          try {
            open(loop, new InetSocketAddress(InetAddress.getByName(host), port), ready);
          } catch (IOException | RuntimeException e) {
            ready.completeExceptionally(e);
          }
        });
    return ready.orTimeout(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void open(EventLoop loop, InetSocketAddress found, CompletableFuture<Channel> ready) {
    var setUp =
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            ready.exceptionally(
                failure -> {
                  channel.close();
                  return channel;
                });
            if (tls) {
              channel.pipeline().addLast(new SslHandler(engine()));
            }
            channel.pipeline().addLast(new Introduction(ready));
          }
        };
    new Bootstrap()
        .group(loop)
        .channel(tcp)
        .handler(setUp)
        .connect(found)
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                ready.completeExceptionally(connected.cause());
              }
            });
  }

  /** By the JVM's settings, its own certificate for mutual TLS included. */
  private SSLEngine engine() {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine(host, port);
      engine.setUseClientMode(true);
      engine.setSSLParameters(RedisConnections.verified());
      return engine;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JVM's own TLS settings can't be used", e);
    }
  }

  /** Says who is asking and for which database; the connection is ready when Redis agrees. */
  private final class Introduction extends ByteToMessageDecoder {

    private final CompletableFuture<Channel> ready;
    private int unanswered = introduction.size();

    Introduction(CompletableFuture<Channel> ready) {
      this.ready = ready;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      ByteBuf commands = context.alloc().ioBuffer();
      introduction.forEach(words -> Resp.write(commands, words));
      context.writeAndFlush(commands);
      leaveWhenDone(context);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
      Object answer = Resp.read(in);
      if (answer == Resp.INCOMPLETE) {
        return;
      }
      if (answer instanceof Resp.Refusal(String message)) {
        LOG.warn("Redis refuses the account or database of attune.redis.uri: {}", message);
        ready.completeExceptionally(new SharedReads.Failure("refused"));
        return;
      }
      unanswered--;
      leaveWhenDone(context);
    }

    private void leaveWhenDone(ChannelHandlerContext context) {
      if (unanswered == 0) {
        context.pipeline().remove(this);
        ready.complete(context.channel());
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      ready.completeExceptionally(new SharedReads.Failure("the connection broke"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      ready.completeExceptionally(cause);
    }
  }
}
