package dev.attune.core.drift;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Users of about the same age, which is the time since their first event. What a feature counts
 * grows with age, so users are compared with users of their own age only. The bounds are those of
 * the usual windows: minutes of a first visit, the session gap, a day, a week, a month.
 *
 * @param fromMillis the least age
 * @param toMillis the least age of the next bucket; {@link Long#MAX_VALUE}: no end
 */
public record AgeBucket(long fromMillis, long toMillis) {
  private static final long MINUTE = 60_000;
  private static final long DAY = 24 * 60 * MINUTE;
  private static final List<Long> BOUNDS =
      List.of(0L, MINUTE, 5 * MINUTE, 30 * MINUTE, DAY, 7 * DAY, 30 * DAY, Long.MAX_VALUE);

  /** All ages, youngest first. */
  public static final List<AgeBucket> ALL =
      IntStream.range(1, BOUNDS.size())
          .mapToObj(i -> new AgeBucket(BOUNDS.get(i - 1), BOUNDS.get(i)))
          .toList();

  public boolean holds(long ageMillis) {
    return ageMillis >= fromMillis && ageMillis < toMillis;
  }

  public boolean isOpenEnded() {
    return toMillis == Long.MAX_VALUE;
  }

  /**
   * Age at an event. One that came late may be older than the user's first: that is age 0.
   *
   * @param firstSeenAt time of the user's first event, epoch milliseconds
   */
  public static long age(long occurredAt, long firstSeenAt) {
    return Math.max(0, occurredAt - firstSeenAt);
  }

  /** The bucket that holds the age. */
  public static AgeBucket of(long ageMillis) {
    return ALL.stream().filter(bucket -> bucket.holds(ageMillis)).findFirst().orElseThrow();
  }
}
