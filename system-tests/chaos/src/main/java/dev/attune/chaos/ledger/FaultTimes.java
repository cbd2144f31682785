package dev.attune.chaos.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** When something was broken. Times are nanoseconds of one clock. Thread-safe. */
public final class FaultTimes {
  private final Map<Object, Long> open = new HashMap<>();
  private final List<Span> over = new ArrayList<>();

  private record Span(long from, long to) {}

  /**
   * @param what broke; it may be broken already
   */
  public synchronized void began(Object what, long nanos) {
    open.putIfAbsent(what, nanos);
  }

  public synchronized void ended(Object what, long nanos) {
    Long from = open.remove(what);
    if (from != null) {
      over.add(new Span(from, nanos));
    }
  }

  synchronized boolean isWithin(long nanos) {
    return open.values().stream().anyMatch(from -> from - nanos <= 0)
        || over.stream().anyMatch(span -> span.from() - nanos <= 0 && nanos - span.to() <= 0);
  }
}
