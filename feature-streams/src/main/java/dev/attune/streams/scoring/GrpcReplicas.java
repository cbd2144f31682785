package dev.attune.streams.scoring;

import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.schemas.grpc.ScoringGrpc;
import dev.attune.streams.dispatch.Replica;
import dev.attune.streams.dispatch.Replicas;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The replicas of inference-service, each called over one gRPC stream. */
public final class GrpcReplicas implements Replicas<ScoreRequest> {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** Fine enough beside a deadline of seconds. */
  private static final Duration EXPIRY_INTERVAL = Duration.ofMillis(50);

  /** A thousand requests of some kilobytes may be on their way; HTTP/2's default is 64 KiB. */
  private static final int FLOW_CONTROL_WINDOW = 4 << 20;

  private final List<ManagedChannel> channels;
  private final List<GrpcReplica> replicas;
  private final ScheduledExecutorService expiry;

  public GrpcReplicas(ScoringSettings settings, ScoringMeters meters) {
    this.channels = settings.addresses().stream().map(to -> channel(to, settings.tls())).toList();
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + settings.secret());
    this.replicas =
        channels.stream()
            .map(
                channel ->
                    new GrpcReplica(
                        channel,
                        ScoringGrpc.newStub(channel)
                            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers)),
                        settings.callDeadline(),
                        meters))
            .toList();
    this.expiry =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("scoring-deadlines").factory());
    var unused =
        expiry.scheduleWithFixedDelay(
            () -> replicas.forEach(GrpcReplica::expire),
            EXPIRY_INTERVAL.toMillis(),
            EXPIRY_INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private static ManagedChannel channel(String address, boolean tls) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget("dns:///" + address)
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            // answers only hand on or send the next request, which needs no thread of its own
            .directExecutor()
            // a peer that vanished without a word is noticed
            .keepAliveTime(10, TimeUnit.SECONDS)
            .keepAliveTimeout(3, TimeUnit.SECONDS);
    return (tls ? builder.useTransportSecurity() : builder.usePlaintext()).build();
  }

  @Override
  public List<? extends Replica<ScoreRequest>> all() {
    return replicas;
  }

  @Override
  public void close() {
    expiry.shutdownNow();
    replicas.forEach(GrpcReplica::close);
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
