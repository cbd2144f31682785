package dev.attune.training.quality;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One field of the events that may have it. */
final class FieldTally {
  /** A text with more values is no category. */
  private static final int MOST_VALUES = 50;

  private final DailyCount events = new DailyCount();
  private final DailyCount filled = new DailyCount();
  private final Map<String, Value> values = new TreeMap<>();
  private boolean isCategory = true;
  private long newest = Long.MIN_VALUE;

  /** A value since its first day. */
  private record Value(long firstDay, long count) {}

  void add(@Nullable Object value, long at) {
    events.add(at);
    if (value == null) {
      return;
    }
    filled.add(at);
    newest = Math.max(newest, at);
    if (isCategory && value instanceof String text) {
      long day = DailyCount.day(at);
      values.merge(
          text,
          new Value(day, 1),
          (known, _) -> new Value(Math.min(known.firstDay, day), known.count + 1));
      if (values.size() > MOST_VALUES) {
        isCategory = false;
        values.clear();
      }
    }
  }

  QualityReport.Field report(String name, long since) {
    Map<String, Long> unseen = new TreeMap<>();
    if (events.before(since) > 0) {
      values.forEach(
          (text, value) -> {
            if (value.firstDay >= since) {
              unseen.put(text, value.count);
            }
          });
    }
    return new QualityReport.Field(
        name,
        new QualityReport.Share(filled.before(since), events.before(since)),
        new QualityReport.Share(filled.since(since), events.since(since)),
        newest == Long.MIN_VALUE ? null : Instant.ofEpochMilli(newest),
        unseen);
  }
}
