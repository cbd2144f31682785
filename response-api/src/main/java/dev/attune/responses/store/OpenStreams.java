package dev.attune.responses.store;

import dev.attune.http.Problem;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** How many streams are open, in all, of each user and with each key. Safe for threads. */
final class OpenStreams {
  /** As long as a browser takes to notice that its stream is gone. */
  private static final Duration LATER = Duration.ofSeconds(5);

  private final StoreSettings most;
  private final Map<String, Integer> ofUsers = new HashMap<>();
  private final Map<String, Integer> ofKeys = new HashMap<>();
  private int all;

  OpenStreams(StoreSettings most) {
    this.most = most;
  }

  /**
   * Counts one more.
   *
   * @throws Problem {@code rate_limited} when this user or key has its share, {@code unavailable}
   *     when all places are taken
   */
  synchronized void open(String userId, String key) {
    if (ofUsers.getOrDefault(userId, 0) >= most.watchersPerUser()) {
      throw Problem.rateLimited("This user has too many streams open.", LATER);
    }
    if (ofKeys.getOrDefault(key, 0) >= most.watchersPerKey()) {
      throw Problem.rateLimited("This key has too many streams open.", LATER);
    }
    if (all >= most.watchers()) {
      throw Problem.unavailable("Too many browsers are following.");
    }
    all++;
    ofUsers.merge(userId, 1, Integer::sum);
    ofKeys.merge(key, 1, Integer::sum);
  }

  synchronized void close(String userId, String key) {
    all--;
    oneLess(ofUsers, userId);
    oneLess(ofKeys, key);
  }

  synchronized int count() {
    return all;
  }

  /** Leaves nothing of who has none open. */
  private static void oneLess(Map<String, Integer> counts, String of) {
    if (counts.merge(of, -1, Integer::sum) <= 0) {
      counts.remove(of);
    }
  }
}
