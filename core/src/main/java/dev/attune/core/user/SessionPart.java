package dev.attune.core.user;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.feature.StateSlots;
import dev.attune.schemas.avro.InteractionEvent;
import org.jspecify.annotations.Nullable;

/** Events with the same session id (or none) and no longer silence between them than the gap. */
final class SessionPart {
  private static final int HAS_ID = 1;
  private static final int HAS_START_MARK = 2;
  private static final int HAS_END_MARK = 4;

  private final @Nullable String sessionId;
  private long start;
  private long end;

  /** Time of the earliest session_started; none: Long.MAX_VALUE. */
  private long startMark = Long.MAX_VALUE;

  /** Time of the latest session_ended; none: Long.MIN_VALUE. */
  private long endMark = Long.MIN_VALUE;

  private final SessionTally tally;
  private final StateSlots slots;

  SessionPart(@Nullable String sessionId, long time, FeatureSet features) {
    this(sessionId, new SessionTally(), features.newSessionSlots());
    start = time;
    end = time;
  }

  private SessionPart(@Nullable String sessionId, SessionTally tally, StateSlots slots) {
    this.sessionId = sessionId;
    this.tally = tally;
    this.slots = slots;
  }

  void add(InteractionEvent event, long time, long idHash) {
    start = Math.min(start, time);
    end = Math.max(end, time);
    if (event.getType().equals("session_started")) {
      startMark = Math.min(startMark, time);
    } else if (event.getType().equals("session_ended")) {
      endMark = Math.max(endMark, time);
    }
    tally.add(event, time, idHash);
  }

  void merge(SessionPart other, FeatureSet features, long newest) {
    start = Math.min(start, other.start);
    end = Math.max(end, other.end);
    startMark = Math.min(startMark, other.startMark);
    endMark = Math.max(endMark, other.endMark);
    tally.merge(other.tally);
    features.mergeSessions(slots, other.slots, newest);
  }

  @Nullable String sessionId() {
    return sessionId;
  }

  long start() {
    return start;
  }

  long end() {
    return end;
  }

  boolean beginsWithMark() {
    return startMark == start;
  }

  boolean endsWithMark() {
    return endMark == end;
  }

  long endMark() {
    return endMark;
  }

  int events() {
    return tally.counter(SessionTally.EVENTS);
  }

  SessionTally tally() {
    return tally;
  }

  StateSlots slots() {
    return slots;
  }

  void write(long base, FeatureSet features, ByteWriter out) {
    int flags =
        (sessionId != null ? HAS_ID : 0)
            | (startMark != Long.MAX_VALUE ? HAS_START_MARK : 0)
            | (endMark != Long.MIN_VALUE ? HAS_END_MARK : 0);
    out.octet(flags);
    if (sessionId != null) {
      PackedText.write(sessionId, out);
    }
    out.zigzag(base - end);
    out.varint(end - start);
    if ((flags & HAS_START_MARK) != 0) {
      out.zigzag(startMark - start);
    }
    if ((flags & HAS_END_MARK) != 0) {
      out.zigzag(end - endMark);
    }
    tally.write(start, out);
    features.write(slots, true, out);
  }

  static SessionPart read(long base, RowFormat format, FeatureSet features, ByteReader in) {
    int flags = in.octet();
    String sessionId = (flags & HAS_ID) != 0 ? format.text(in) : null;
    long end = base - in.zigzag();
    long start = end - in.varint();
    long startMark = (flags & HAS_START_MARK) != 0 ? start + in.zigzag() : Long.MAX_VALUE;
    long endMark = (flags & HAS_END_MARK) != 0 ? end - in.zigzag() : Long.MIN_VALUE;
    var tally = SessionTally.read(format.isPacked() ? start : base, format, in);
    var part = new SessionPart(sessionId, tally, features.read(true, in));
    part.start = start;
    part.end = end;
    part.startMark = startMark;
    part.endMark = endMark;
    return part;
  }
}
