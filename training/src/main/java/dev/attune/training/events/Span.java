package dev.attune.training.events;

/** A part of history: from inclusive, to exclusive, epoch milliseconds. */
public record Span(long from, long to) {
  public static final Span ALL = new Span(Long.MIN_VALUE, Long.MAX_VALUE);

  public boolean contains(long time) {
    return time >= from && time < to;
  }
}
