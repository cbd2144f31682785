package dev.attune.training.events;

/** A part of history: from inclusive, to exclusive, epoch milliseconds. */
public record TimeRange(long from, long to) {
  public static final TimeRange ALL = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

  public boolean contains(long time) {
    return time >= from && time < to;
  }
}
