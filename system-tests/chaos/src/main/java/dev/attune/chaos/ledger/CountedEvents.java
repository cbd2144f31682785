package dev.attune.chaos.ledger;

import java.util.HashMap;
import java.util.Map;

/** What {@code session-features} holds: a row for each event that was applied. */
public final class CountedEvents {
  private final Offsets offsets;
  private final Map<String, Latest> latest = new HashMap<>();

  public CountedEvents() {
    this(new Offsets());
  }

  private CountedEvents(Offsets offsets) {
    this.offsets = offsets;
  }

  private record Latest(long offset, double clicks) {}

  /**
   * @param partition of the causing event, as is the offset
   * @param clicks the user's as of this event
   */
  public void add(int partition, long offset, String userId, double clicks) {
    offsets.add(partition, offset);
    latest.merge(
        userId,
        new Latest(offset, clicks),
        (before, now) -> now.offset() >= before.offset() ? now : before);
  }

  /** Each user's clicks as of their newest row. */
  public Map<String, Double> clicks() {
    Map<String, Double> clicks = new HashMap<>();
    latest.forEach((user, row) -> clicks.put(user, row.clicks()));
    return clicks;
  }

  Offsets offsets() {
    return offsets;
  }

  /** The same rows, but for other offsets. */
  CountedEvents with(Offsets other) {
    CountedEvents changed = new CountedEvents(other);
    changed.latest.putAll(latest);
    return changed;
  }
}
