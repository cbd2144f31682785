package dev.attune.streams.dispatch;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Chooses who is called: users are spread over the replicas whose breakers are closed. */
final class ReplicaPool<R> {
  private final Replicas<R> replicas;
  private final CircuitBreakerConfig breakers;
  private volatile List<GuardedReplica<R>> known = List.of();

  ReplicaPool(Replicas<R> replicas, DispatchSettings settings, LongSupplier nanoTime) {
    this.replicas = replicas;
    this.breakers =
        CircuitBreakerConfig.custom()
            .slidingWindowType(SlidingWindowType.COUNT_BASED)
            .slidingWindowSize(settings.breakerFailures())
            .minimumNumberOfCalls(settings.breakerFailures())
            .failureRateThreshold(100)
            .waitDurationInOpenState(settings.breakerPause())
            .permittedNumberOfCallsInHalfOpenState(1)
            .clock(new NanoClock(nanoTime))
            .build();
  }

  /** Another one at every further attempt, if there is; null while all fail. */
  @Nullable GuardedReplica<R> pick(Object key, int attempt) {
    return pick(key, attempt, null);
  }

  /** Any but the one given. */
  @Nullable GuardedReplica<R> pick(Object key, int attempt, @Nullable GuardedReplica<R> but) {
    List<GuardedReplica<R>> all = all();
    for (int i = 0; i < all.size(); i++) {
      // in long: a hash near its limit must not turn the order round
      long place = (long) key.hashCode() + attempt + i;
      GuardedReplica<R> replica = all.get((int) Math.floorMod(place, (long) all.size()));
      if (replica != but && !replica.isOpen()) {
        return replica;
      }
    }
    return null;
  }

  /** One that fails and is asked again now; the caller has to call it. */
  @Nullable GuardedReplica<R> toProbe() {
    for (GuardedReplica<R> replica : all()) {
      if (replica.takesProbe()) {
        return replica;
      }
    }
    return null;
  }

  /** How many are not called now. */
  int failing() {
    return (int) all().stream().filter(GuardedReplica::isOpen).count();
  }

  /** Whether none can be called. */
  boolean allFail() {
    for (GuardedReplica<R> replica : all()) {
      if (!replica.isOpen()) {
        return false;
      }
    }
    return true;
  }

  private List<GuardedReplica<R>> all() {
    List<GuardedReplica<R>> before = known;
    return guards(before, replicas.all()) ? before : follow();
  }

  private static <R> boolean guards(
      List<GuardedReplica<R>> guarded, List<? extends Replica<R>> all) {
    if (guarded.size() != all.size()) {
      return false;
    }
    for (int i = 0; i < all.size(); i++) {
      if (!guarded.get(i).guards(all.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Who stays keeps the breaker. */
  private synchronized List<GuardedReplica<R>> follow() {
    List<GuardedReplica<R>> now = new ArrayList<>();
    for (Replica<R> replica : replicas.all()) {
      now.add(
          known.stream()
              .filter(guarded -> guarded.guards(replica))
              .findFirst()
              .orElseGet(
                  () -> new GuardedReplica<>(replica, CircuitBreaker.of("replica", breakers))));
    }
    known = List.copyOf(now);
    return known;
  }

  /** The library's pause is one of a clock; this one isn't set back by anybody. */
  private static final class NanoClock extends Clock {
    private final LongSupplier nanoTime;

    NanoClock(LongSupplier nanoTime) {
      this.nanoTime = nanoTime;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusNanos(nanoTime.getAsLong());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
