package dev.attune.streams.dispatch;

import static java.util.Comparator.comparingLong;

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

/**
 * Chooses who is called: keys are spread over the replicas whose breakers are closed.
 *
 * <p>Rendezvous hashing (Thaler and Ravishankar 1998): each replica has a weight for each key,
 * which is as good as random, and a key's replicas are asked from the lightest up. So a replica
 * that comes takes its share of the keys from all others, the keys of one that fails or goes are
 * shared by all others, and no other key moves.
 *
 * <p>Any thread, also with a lane's lock held. The replicas known are one immutable list, replaced
 * as a whole when the set has changed: whoever has picked one that has gone meanwhile is told by
 * its answer.
 */
final class ReplicaPool<R> {
  private final Replicas<R> replicas;
  private final CircuitBreakerConfig breakers;
  private volatile List<GuardedReplica<R>> known = List.of();
  private int seen;

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
    List<GuardedReplica<R>> all = lightestFirst(key);
    for (int i = 0; i < all.size(); i++) {
      GuardedReplica<R> replica = all.get((attempt + i) % all.size());
      if (replica != but && !replica.isOpen()) {
        return replica;
      }
    }
    return null;
  }

  /**
   * For a key that has failed so often: goes round those whose breakers are closed and then one
   * whose breaker is open. Else nobody would find out that this one is back, while none but keys
   * that failed are called. Null only without any replica.
   */
  @Nullable GuardedReplica<R> pickAgain(Object key, int failures) {
    List<GuardedReplica<R>> closed = new ArrayList<>();
    List<GuardedReplica<R>> open = new ArrayList<>();
    lightestFirst(key).forEach(replica -> (replica.isOpen() ? open : closed).add(replica));
    int turns = closed.size() + (open.isEmpty() ? 0 : 1);
    if (turns == 0) {
      return null;
    }
    // a first failure has asked two of them already
    int past = Math.max(0, failures - 1);
    return past % turns < closed.size()
        ? closed.get(failures % closed.size())
        : open.get(past / turns % open.size());
  }

  private List<GuardedReplica<R>> lightestFirst(Object key) {
    List<GuardedReplica<R>> order = new ArrayList<>(all());
    order.sort(comparingLong(replica -> replica.weight(key)));
    return order;
  }

  int size() {
    return all().size();
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
                  () ->
                      new GuardedReplica<>(
                          replica, ++seen, CircuitBreaker.of("replica", breakers))));
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
