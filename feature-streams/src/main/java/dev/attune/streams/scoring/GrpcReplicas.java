package dev.attune.streams.scoring;

import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.schemas.grpc.ScoringGrpc;
import dev.attune.schemas.grpc.ScoringGrpc.ScoringStub;
import dev.attune.streams.dispatch.Replica;
import dev.attune.streams.dispatch.Replicas;
import dev.attune.tracing.Tracing;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas of inference-service: one for each address that the configured names resolve to,
 * each called over one gRPC stream of its own.
 *
 * <p>The names are looked up again and again, since a replica that comes tells nobody. The replicas
 * known are one immutable list, which one thread replaces when the addresses have changed; only
 * then it closes those that have gone. Whoever had chosen one of them is told {@code UNREACHABLE}
 * at once, as are its calls under way, and has the choice among those of the new list.
 */
public final class GrpcReplicas implements Replicas<ScoreRequest> {
  private static final Logger log = LoggerFactory.getLogger(GrpcReplicas.class);

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** A thousand requests of some kilobytes may be on their way; HTTP/2's default is 64 KiB. */
  private static final int FLOW_CONTROL_WINDOW = 4 << 20;

  /** Kubernetes' DNS may say the same for 5 s; oftener would find nothing sooner. */
  private static final Duration LOOKUP_INTERVAL = Duration.ofSeconds(5);

  /** Fine enough beside a deadline of seconds. */
  private static final Duration EXPIRY_INTERVAL = Duration.ofMillis(50);

  private final ScoringSettings settings;
  private final ScoringMeters meters;
  private final Tracing tracing;
  private final ReplicaAddresses addresses;
  private final ScheduledExecutorService expiry = newThread("scoring-deadlines");

  /** A thread of its own: DNS that doesn't answer must not keep calls beyond their deadlines. */
  private final ScheduledExecutorService lookups = newThread("scoring-addresses");

  private final Map<InetSocketAddress, GrpcReplica> byAddress = new LinkedHashMap<>();
  private volatile List<GrpcReplica> replicas = List.of();
  private boolean closed;

  public GrpcReplicas(ScoringSettings settings, ScoringMeters meters, Tracing tracing) {
    this(settings, meters, tracing, NameLookup::dns, LOOKUP_INTERVAL);
  }

  GrpcReplicas(
      ScoringSettings settings,
      ScoringMeters meters,
      Tracing tracing,
      NameLookup lookup,
      Duration interval) {
    this.settings = settings;
    this.meters = meters;
    this.tracing = tracing;
    this.addresses = new ReplicaAddresses(settings.addresses(), lookup);
    // awaited, or the first users would all be held
    follow(addresses.lookUp());
    repeat(lookups, interval, () -> follow(addresses.lookUp()));
    repeat(expiry, EXPIRY_INTERVAL, () -> replicas.forEach(GrpcReplica::expire));
  }

  private static ScheduledExecutorService newThread(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().daemon().name(name).factory());
  }

  private static void repeat(ScheduledExecutorService thread, Duration interval, Runnable task) {
    Runnable again =
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            // thrown on, it would have been the last time
            log.error("will be tried again", e);
          }
        };
    var unused =
        thread.scheduleWithFixedDelay(
            again, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  private synchronized void follow(Map<InetSocketAddress, String> found) {
    if (closed || byAddress.keySet().equals(found.keySet())) {
      return;
    }
    Map<InetSocketAddress, GrpcReplica> gone = new HashMap<>(byAddress);
    gone.keySet().removeAll(found.keySet());
    byAddress.keySet().retainAll(found.keySet());
    found.forEach((address, name) -> byAddress.computeIfAbsent(address, to -> replica(to, name)));
    replicas = List.copyOf(byAddress.values());
    log.info("replicas of inference-service: {}", byAddress.keySet());
    gone.values().forEach(GrpcReplica::close);
  }

  /**
   * @param name host:port that the address was found under; a certificate must be made out to the
   *     host
   */
  private GrpcReplica replica(InetSocketAddress address, String name) {
    ManagedChannel channel = channel(address, name);
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + settings.secret());
    ScoringStub stub =
        ScoringGrpc.newStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    return new GrpcReplica(address, channel, stub, settings.callDeadline(), meters, tracing);
  }

  private ManagedChannel channel(InetSocketAddress address, String name) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(address)
            .overrideAuthority(name)
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            // answers only hand on or send the next request, which needs no thread of its own
            .directExecutor()
            // a peer that vanished without a word is noticed
            .keepAliveTime(10, TimeUnit.SECONDS)
            .keepAliveTimeout(3, TimeUnit.SECONDS);
    return (settings.tls() ? builder.useTransportSecurity() : builder.usePlaintext()).build();
  }

  @Override
  public List<? extends Replica<ScoreRequest>> all() {
    return replicas;
  }

  @Override
  public synchronized void close() {
    closed = true;
    lookups.shutdownNow();
    expiry.shutdownNow();
    replicas.forEach(GrpcReplica::close);
  }
}
