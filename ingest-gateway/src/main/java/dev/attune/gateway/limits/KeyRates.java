package dev.attune.gateway.limits;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one key has used up, and which users it brought. Each key has its own, so that whoever
 * floods one key takes no user of another key out of memory. Safe for threads.
 */
final class KeyRates {
  /** Which limit, and how long to wait for it. */
  record Refusal(ExhaustedRate limit, Duration pause) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final TokenBucket events;
  private final TokenBucket newUsers;
  private final Map<String, TokenBucket> users;

  /**
   * @param rememberedUsers the user longest unseen is forgotten when there are more
   */
  KeyRates(int rememberedUsers, long now) {
    this.events = new TokenBucket(now);
    this.newUsers = new TokenBucket(now);
    this.users =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, TokenBucket> eldest) {
            return size() > rememberedUsers;
          }
        };
  }

  /** What keeps the key from a single event; takes nothing. */
  @Nullable Refusal beforeNext(Limits limits, long now) {
    lock.lock();
    try {
      return refusal(ExhaustedRate.KEY, events.nanosUntil(limits.key(), 1, now));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes for the key and all users of a batch, or for none of them: a user who may not go on uses
   * up nothing of the key's, which others share.
   *
   * @param perUser how many events each user has; left out where users have no limit
   * @return null when the batch is let in
   */
  @Nullable Refusal take(Limits limits, int batch, Map<String, Integer> perUser, long now) {
    lock.lock();
    try {
      Refusal refusal = refusal(ExhaustedRate.KEY, events.nanosUntil(limits.key(), batch, now));
      refusal = refusal == null ? usersRefusal(limits, perUser, now) : refusal;
      if (refusal == null) {
        events.take(limits.key(), batch, now);
        takeForUsers(limits, perUser, now);
      }
      return refusal;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Refusal usersRefusal(Limits limits, Map<String, Integer> perUser, long now) {
    long wait = 0;
    int strangers = 0;
    for (Map.Entry<String, Integer> user : perUser.entrySet()) {
      TokenBucket bucket = users.get(user.getKey());
      if (bucket == null) {
        strangers++;
      } else {
        wait = Math.max(wait, bucket.nanosUntil(limits.user(), user.getValue(), now));
      }
    }
    Refusal refusal = refusal(ExhaustedRate.USER, wait);
    return refusal == null
        ? refusal(ExhaustedRate.NEW_USERS, newUsers.nanosUntil(limits.newUsers(), strangers, now))
        : refusal;
  }

  private void takeForUsers(Limits limits, Map<String, Integer> perUser, long now) {
    int strangers = 0;
    for (Map.Entry<String, Integer> user : perUser.entrySet()) {
      TokenBucket bucket = users.get(user.getKey());
      if (bucket == null) {
        strangers++;
        bucket = new TokenBucket(now);
        users.put(user.getKey(), bucket);
      }
      bucket.take(limits.user(), user.getValue(), now);
    }
    newUsers.take(limits.newUsers(), strangers, now);
  }

  private static @Nullable Refusal refusal(ExhaustedRate limit, long nanos) {
    return nanos == 0 ? null : new Refusal(limit, Duration.ofNanos(nanos));
  }
}
