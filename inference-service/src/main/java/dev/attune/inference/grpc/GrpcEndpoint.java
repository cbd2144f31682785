package dev.attune.inference.grpc;

import dev.attune.inference.access.GrpcAccess;
import dev.attune.inference.access.SecretKeyCheck;
import dev.attune.inference.oip.OipGrpc;
import dev.attune.inference.scoring.ScoringEndpoint;
import dev.attune.schemas.grpc.ScoringGrpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The gRPC server, up when the application is and gone before what it uses: streams are ended once
 * their calls are answered.
 */
@Component
public final class GrpcEndpoint implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(GrpcEndpoint.class);

  /** Twice the largest infer request that REST takes, since protobuf's floats are shorter. */
  private static final int MESSAGE_LIMIT = 8 << 20;

  private final GrpcSettings properties;
  private final SslBundles sslBundles;
  private final GrpcAccess access;
  private final ScoringEndpoint scoring;
  private final OipGrpc openInference;
  private volatile @Nullable Server server;

  GrpcEndpoint(
      GrpcSettings properties,
      SslBundles sslBundles,
      SecretKeyCheck secrets,
      ScoringEndpoint scoring,
      OipGrpc openInference) {
    this.properties = properties;
    this.sslBundles = sslBundles;
    this.access = new GrpcAccess(secrets, properties.subjects());
    this.scoring = scoring;
    this.openInference = openInference;
  }

  @Override
  public void start() {
    var address = new InetSocketAddress(properties.address(), properties.port());
    Executor threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      Server started =
          NettyServerBuilder.forAddress(address, ServerTls.of(properties, sslBundles))
              .executor(threads)
              .callExecutor(new CallThreads(threads))
              .maxInboundMessageSize(MESSAGE_LIMIT)
              // the streams' keepalive pings an idle connection; the default calls that abuse
              .permitKeepAliveTime(5, TimeUnit.SECONDS)
              .permitKeepAliveWithoutCalls(true)
              .intercept(access)
              .addService(scoring)
              .addService(openInference)
              .build()
              .start();
      server = started;
      log.info("gRPC on {}:{}", properties.address(), started.getPort());
    } catch (IOException e) {
      throw new UncheckedIOException("gRPC can't listen on " + address, e);
    }
  }

  /**
   * Requests of the stream only go into the scorer's queue, so the transport's thread reads them
   * itself: a thread more to wake is felt in every prediction. What else is called may block.
   */
  private record CallThreads(Executor threads) implements ServerCallExecutorSupplier {
    private static final String SCORE = ScoringGrpc.getScoreMethod().getFullMethodName();

    @Override
    public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
      boolean stream = SCORE.equals(call.getMethodDescriptor().getFullMethodName());
      return stream ? Runnable::run : threads;
    }
  }

  /** The port listened on. */
  public int port() {
    Server running = server;
    return running == null ? properties.port() : running.getPort();
  }

  @Override
  public void stop() {
    Server running = server;
    if (running == null) {
      return;
    }
    running.shutdown();
    scoring.drain();
    try {
      if (!running.awaitTermination(properties.drain().toMillis(), TimeUnit.MILLISECONDS)) {
        running.shutdownNow();
      }
    } catch (InterruptedException e) {
      running.shutdownNow();
      Thread.currentThread().interrupt();
    }
    server = null;
  }

  @Override
  public boolean isRunning() {
    return server != null;
  }
}
