package dev.attune.sdk;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * W3C trace context: a batch of events begins a trace, and the next reply to a user in it continues
 * that.
 */
final class Traces {
  static final String HEADER = "traceparent";

  /** Where the span's id begins and ends in a header. */
  private static final int SPAN = 36;

  private static final int FLAGS = 52;

  /** Traces of users who ask for no reply must not pile up. */
  private static final int REMEMBERED_USERS = 10_000;

  private final double share;
  private final @Nullable Supplier<@Nullable String> own;
  private final Map<String, String> byUser = new HashMap<>();

  /**
   * @param share of traces to record; negative: no header is sent
   * @param own the application's, which goes first
   */
  Traces(double share, @Nullable Supplier<@Nullable String> own) {
    this.share = share;
    this.own = own;
  }

  /** Of a batch; null: none. */
  @Nullable String begin() {
    if (own != null) {
      try {
        String header = own.get();
        return header == null ? null : HeaderValues.check(HEADER, header);
      } catch (RuntimeException e) {
        // the application's own trouble must not stop the sending
        return null;
      }
    }
    if (share < 0) {
      return null;
    }
    ThreadLocalRandom random = ThreadLocalRandom.current();
    // none of the ids may be zero
    return String.format(
        Locale.ROOT,
        "00-%016x%016x-%016x-0%d",
        random.nextLong(),
        random.nextLong(1, Long.MAX_VALUE),
        random.nextLong(1, Long.MAX_VALUE),
        random.nextDouble() < share ? 1 : 0);
  }

  /** The gateway has taken events of these users with this header. */
  synchronized void taken(@Nullable String header, Set<String> users) {
    if (header == null || own != null) {
      return;
    }
    if (byUser.size() + users.size() > REMEMBERED_USERS) {
      byUser.clear();
    }
    users.forEach(user -> byUser.put(user, header));
  }

  /** Of a reply to a user; null: none. */
  @Nullable String reply(String user) {
    String batch;
    synchronized (this) {
      batch = byUser.remove(user);
    }
    if (batch == null) {
      return begin();
    }
    long span = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    return batch.substring(0, SPAN)
        + String.format(Locale.ROOT, "%016x", span)
        + batch.substring(FLAGS);
  }
}
