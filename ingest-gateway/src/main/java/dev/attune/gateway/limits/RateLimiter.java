package dev.attune.gateway.limits;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;

/**
 * How many events a key and a user may bring (token buckets). All of a batch is taken or none of
 * it: a client that is told to wait sends the same batch again. A batch larger than the bucket is
 * let in when the bucket is full and paid off afterwards, or it could never pass.
 */
@Component
public final class RateLimiter {
  private final RateSettings settings;
  private final Map<String, Bucket> keys = new ConcurrentHashMap<>();
  private final ReentrantLock users = new ReentrantLock();
  private final Map<String, Bucket> userBuckets;

  RateLimiter(RateSettings settings) {
    this.settings = settings;
    this.userBuckets =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > settings.users();
          }
        };
  }

  /**
   * Takes nothing.
   *
   * @return how long a key waits that has nothing left, zero when it may bring an event
   */
  public Duration untilNextOfKey(String keyName) {
    Bucket bucket = keys.get(keyName);
    return bucket == null
        ? Duration.ZERO
        : Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
  }

  /**
   * @return how long to wait, zero when the events are let in
   */
  public Duration takeForKey(String keyName, int events) {
    return settings.perKey() == 0
        ? Duration.ZERO
        : take(
            keys.computeIfAbsent(keyName, k -> bucket(settings.perKey())),
            settings.perKey(),
            events);
  }

  public boolean limitsUsers() {
    return settings.perUser() > 0;
  }

  /**
   * Takes for all users of a batch or for none.
   *
   * @param events how many of them each user has
   * @return how long to wait, zero when they are let in
   */
  public Duration takeForUsers(Map<String, Integer> events) {
    users.lock();
    try {
      Map<Bucket, Integer> taken = new HashMap<>();
      for (Map.Entry<String, Integer> user : events.entrySet()) {
        Bucket bucket = userBuckets.computeIfAbsent(user.getKey(), u -> bucket(settings.perUser()));
        Duration wait = take(bucket, settings.perUser(), user.getValue());
        if (!wait.isZero()) {
          taken.forEach(Bucket::addTokens);
          return wait;
        }
        taken.put(bucket, user.getValue());
      }
      return Duration.ZERO;
    } finally {
      users.unlock();
    }
  }

  private Duration take(Bucket bucket, long perSecond, int events) {
    long capacity = capacity(perSecond);
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(Math.min(events, capacity));
    if (probe.isConsumed() && events > capacity) {
      bucket.consumeIgnoringRateLimits(events - capacity);
    }
    return Duration.ofNanos(probe.getNanosToWaitForRefill());
  }

  private long capacity(long perSecond) {
    return Math.multiplyExact(perSecond, settings.burstSeconds());
  }

  private Bucket bucket(long perSecond) {
    return Bucket.builder()
        .addLimit(
            limit ->
                limit.capacity(capacity(perSecond)).refillGreedy(perSecond, Duration.ofSeconds(1)))
        .build();
  }
}
