package dev.attune.streams.scoring;

import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.dispatch.Replica;
import dev.attune.streams.dispatch.Replicas;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
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

  /** Kubernetes' DNS may say the same for 5 s; oftener would find nothing sooner. */
  static final Duration LOOKUP_INTERVAL = Duration.ofSeconds(5);

  /** Fine enough beside a deadline of seconds. */
  private static final Duration EXPIRY_INTERVAL = Duration.ofMillis(50);

  private final ScoringSettings settings;
  private final ScoringMeters meters;
  private final ReplicaAddresses addresses;
  private final ScheduledExecutorService expiry = newThread("scoring-deadlines");

  /** A thread of its own: DNS that doesn't answer must not keep calls beyond their deadlines. */
  private final ScheduledExecutorService lookups = newThread("scoring-addresses");

  private volatile List<GrpcReplica> replicas = List.of();
  private boolean closed;

  public GrpcReplicas(ScoringSettings settings, ScoringMeters meters) {
    this(settings, meters, NameLookup::dns, LOOKUP_INTERVAL);
  }

  GrpcReplicas(
      ScoringSettings settings, ScoringMeters meters, NameLookup lookup, Duration interval) {
    this.settings = settings;
    this.meters = meters;
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
    if (closed) {
      return;
    }
    List<GrpcReplica> before = replicas;
    List<GrpcReplica> now = new ArrayList<>(before);
    now.removeIf(replica -> !found.containsKey(replica.address()));
    List<InetSocketAddress> kept = now.stream().map(GrpcReplica::address).toList();
    found.forEach(
        (address, name) -> {
          if (!kept.contains(address)) {
            now.add(GrpcReplica.at(address, name, settings, meters));
          }
        });
    if (now.equals(before)) {
      return;
    }
    replicas = List.copyOf(now);
    log.info("replicas of inference-service: {}", found.keySet());
    before.stream().filter(replica -> !now.contains(replica)).forEach(GrpcReplica::close);
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
