package dev.attune.core.experiment.measure;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * A user's last events, in the order in which they were read. Bounded, so that a user's row stays
 * small however busy the user is: a reply's record is late by seconds, and the newest events are
 * the ones that follow it.
 */
final class EarlyEvents {
  static final int MOST = 16;
  static final int MOST_BYTES = 2_048;

  private final Deque<EarlyEvent> events = new ArrayDeque<>();
  private int bytes;

  /** Returns how many older ones had to go. */
  int add(EarlyEvent event) {
    append(event);
    int gone = 0;
    while (events.size() > MOST || bytes > MOST_BYTES) {
      bytes -= size(events.removeFirst());
      gone++;
    }
    return gone;
  }

  private void append(EarlyEvent event) {
    events.addLast(event);
    bytes += size(event);
  }

  /** With its time, channel and length: at most ten bytes, the name and two. */
  private static int size(EarlyEvent event) {
    return event.brought().length + event.channel().length() + 12;
  }

  /** Forgets what happened by then. */
  void forget(long until) {
    if (events.removeIf(event -> event.time() <= until)) {
      bytes = events.stream().mapToInt(EarlyEvents::size).sum();
    }
  }

  /** When the newest one happened. */
  OptionalLong newest() {
    return events.stream().mapToLong(EarlyEvent::time).max();
  }

  /** That of the event that was read last and tells one; empty: none does. */
  String channel() {
    String newest = "";
    for (EarlyEvent event : events) {
      newest = event.channel().isEmpty() ? newest : event.channel();
    }
    return newest;
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  void forEach(Consumer<EarlyEvent> each) {
    events.forEach(each);
  }

  void write(ByteWriter out) {
    out.varint(events.size());
    for (EarlyEvent event : events) {
      out.zigzag(event.time());
      out.text(event.channel());
      out.block(event.brought(), 0, event.brought().length);
    }
  }

  /**
   * @param withChannels false: a row from before they were kept
   */
  static EarlyEvents read(ByteReader in, boolean withChannels) {
    var read = new EarlyEvents();
    for (long n = in.varint(); n > 0; n--) {
      long time = in.zigzag();
      String channel = withChannels ? in.text() : "";
      int from = in.skipBlock();
      read.append(
          new EarlyEvent(time, channel, Arrays.copyOfRange(in.source(), from, in.position())));
    }
    return read;
  }
}
