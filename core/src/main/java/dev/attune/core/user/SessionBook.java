package dev.attune.core.user;

import dev.attune.core.feature.ByteReader;
import dev.attune.core.feature.ByteWriter;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.feature.SessionFacts;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Session;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that events within the grace may still change.
 *
 * <p>Events are gathered into parts (same session id or none, silence ≤ gap); a late event may join
 * two parts. Sessions are then read off the parts: in order of their starts, a part without an id
 * belongs to the session that was on. Which parts exist depends only on the events, not on their
 * order, and so do the sessions. One exception: a start or end mark without a session id that
 * arrives late doesn't cut a part that already spans it.
 */
final class SessionBook {

  static final String BY_GAP = "gap";
  static final String BY_END = "ended";

  /** As many half-hour sessions as fit into the grace of a day. */
  private static final int MOST_PARTS = 48;

  private static final Comparator<SessionPart> BY_START =
      Comparator.comparingLong(SessionPart::start)
          .thenComparing(SessionPart::sessionId, Comparator.nullsFirst(Comparator.naturalOrder()));

  private final List<SessionPart> parts = new ArrayList<>(2);

  /** The part that an event belongs to; parts that it connects become one. */
  SessionPart partFor(
      InteractionEvent event, long time, long gap, long newest, FeatureSet features) {
    SessionPart home = null;
    for (int i = 0; i < parts.size(); i++) {
      SessionPart part = parts.get(i);
      if (!reaches(part, event, time, gap) || isCutOff(part, time)) {
        continue;
      }
      if (home == null) {
        home = part;
      } else {
        home.merge(part, features, newest);
        parts.remove(i--);
      }
    }
    if (home == null) {
      home = new SessionPart(event.getSessionId(), time, features);
      parts.add(home);
    }
    return home;
  }

  /** Whether a start or end mark lies between a part without an id and a time outside of it. */
  private boolean isCutOff(SessionPart part, long time) {
    if (part.sessionId() != null) {
      return false;
    }
    for (SessionPart other : parts) {
      boolean startBetween =
          other.beginsWithMark() && other.start() > part.end() && other.start() <= time;
      boolean endBetween =
          other.endsWithMark() && other.end() < part.start() && other.end() >= time;
      if (other.sessionId() == null && (startBetween || endBetween)) {
        return true;
      }
    }
    return false;
  }

  private static boolean reaches(SessionPart part, InteractionEvent event, long time, long gap) {
    if (time < part.start() - gap
        || time > part.end() + gap
        || !Objects.equals(part.sessionId(), event.getSessionId())) {
      return false;
    }
    if (part.sessionId() != null) {
      return true;
    }
    boolean after = time > part.end();
    boolean before = time < part.start();
    return !(after && (part.endsWithMark() || event.getType().equals("session_started")))
        && !(before && (part.beginsWithMark() || event.getType().equals("session_ended")));
  }

  /** The sessions in order of their starts. */
  List<SessionSpan> spans(long gap) {
    if (parts.size() > 1) {
      parts.sort(BY_START);
    }
    var spans = new ArrayList<SessionSpan>(parts.size());
    for (SessionPart part : parts) {
      SessionSpan home = lastFitting(spans, part, gap);
      if (home == null) {
        spans.add(new SessionSpan(part));
      } else {
        home.take(part);
      }
    }
    return spans;
  }

  private static @Nullable SessionSpan lastFitting(
      List<SessionSpan> spans, SessionPart part, long gap) {
    for (int i = spans.size() - 1; i >= 0; i--) {
      if (spans.get(i).fits(part, gap)) {
        return spans.get(i);
      }
    }
    return null;
  }

  /** The session with the newest event; null when it has been silent for longer than the gap. */
  static @Nullable SessionSpan current(List<SessionSpan> spans, long asOf, long gap) {
    SessionSpan current = null;
    for (SessionSpan span : spans) {
      if (current == null || span.end() >= current.end()) {
        current = span;
      }
    }
    return current == null || asOf - current.end() > gap ? null : current;
  }

  static SessionFacts facts(List<SessionSpan> spans, @Nullable SessionSpan current) {
    long[] starts = new long[spans.size()];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = spans.get(i).start();
    }
    return new SessionFacts(starts, current == null ? Long.MIN_VALUE : current.start());
  }

  /** Emits the sessions that are over and not emitted as they are now. */
  static List<Session> close(
      List<SessionSpan> spans, String userId, long newest, long gap, boolean silent) {
    List<Session> closed = List.of();
    for (int i = 0; i < spans.size(); i++) {
      SessionSpan span = spans.get(i);
      String by = closedBy(spans, i, newest, gap, silent);
      if (by != null && span.isChanged()) {
        closed = closed.isEmpty() ? new ArrayList<>() : closed;
        closed.add(span.emit(userId, by));
      }
    }
    return closed;
  }

  private static @Nullable String closedBy(
      List<SessionSpan> spans, int at, long newest, long gap, boolean silent) {
    SessionSpan span = spans.get(at);
    if (span.endsWithMark()) {
      return BY_END;
    }
    if (silent || newest - span.end() > gap) {
      return BY_GAP;
    }
    boolean followed = at + 1 < spans.size() && spans.getLast().start() > span.end();
    return followed ? BY_END : null;
  }

  /**
   * Takes out the sessions that no event within the grace can change, and counts them; the oldest
   * too when there are too many, after emitting them.
   */
  List<Session> settle(
      List<SessionSpan> spans, String userId, long before, UserState state, FeatureSet features) {
    List<Session> forced = List.of();
    int open = parts.size();
    for (SessionSpan span : spans) {
      boolean tooMany = open > MOST_PARTS && span.end() < state.newestMillis();
      if (span.end() < before || tooMany) {
        if (span.isChanged()) {
          forced = forced.isEmpty() ? new ArrayList<>() : forced;
          forced.add(span.emit(userId, BY_GAP));
        }
        features.sessionFinished(span.start(), state.newestMillis(), state.cells());
        parts.removeAll(span.parts());
        open -= span.parts().size();
      }
    }
    return forced;
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  boolean hasUnfinished() {
    for (SessionPart part : parts) {
      if (part.isChanged()) {
        return true;
      }
    }
    return false;
  }

  void write(long base, FeatureSet features, ByteWriter out) {
    out.varint(parts.size());
    for (SessionPart part : parts) {
      part.write(base, features, out);
    }
  }

  static SessionBook read(long base, FeatureSet features, ByteReader in) {
    var book = new SessionBook();
    for (long n = in.varint(); n > 0; n--) {
      book.parts.add(SessionPart.read(base, features, in));
    }
    return book;
  }
}
