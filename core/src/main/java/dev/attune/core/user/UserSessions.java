package dev.attune.core.user;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
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
final class UserSessions {
  static final String BY_GAP = "gap";
  static final String BY_END = "ended";

  /** As many half-hour sessions as fit into the grace of a day. */
  private static final int MOST_PARTS = 48;

  private static final Comparator<SessionPart> BY_START =
      Comparator.comparingLong(SessionPart::start)
          .thenComparing(SessionPart::sessionId, Comparator.nullsFirst(Comparator.naturalOrder()));

  private final List<SessionPart> parts;
  private final EmittedSessions ledger;

  UserSessions() {
    this(new ArrayList<>(2), new EmittedSessions());
  }

  private UserSessions(List<SessionPart> parts, EmittedSessions ledger) {
    this.parts = parts;
    this.ledger = ledger;
  }

  /**
   * The part that an event belongs to; the parts before and after it that it connects become one.
   * Only its neighbours are asked, so that a mark between keeps a farther part apart.
   */
  SessionPart partFor(
      InteractionEvent event, long time, long gap, long newest, FeatureSet features) {
    SessionPart before = neighbour(event, time, true);
    SessionPart after = neighbour(event, time, false);
    if (before != null && !reaches(before, event, time, gap)) {
      before = null;
    }
    if (after != null && !reaches(after, event, time, gap)) {
      after = null;
    }
    if (before != null && after != null) {
      before.merge(after, features, newest);
      parts.remove(after);
    }
    if (before != null) {
      return before;
    }
    if (after != null) {
      return after;
    }
    var part = new SessionPart(event.getSessionId(), time, features);
    parts.add(part);
    return part;
  }

  /** The last part that begins no later than a time, or the first that begins later. */
  private @Nullable SessionPart neighbour(InteractionEvent event, long time, boolean before) {
    SessionPart nearest = null;
    for (SessionPart part : parts) {
      boolean rightSide = before == (part.start() <= time);
      if (!rightSide || !Objects.equals(part.sessionId(), event.getSessionId())) {
        continue;
      }
      if (nearest == null || before == (part.start() > nearest.start())) {
        nearest = part;
      }
    }
    return nearest;
  }

  private static boolean reaches(SessionPart part, InteractionEvent event, long time, long gap) {
    if (time < part.start() - gap || time > part.end() + gap) {
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

  /**
   * The session with the newest event; null when it has been silent for longer than the gap, and
   * after the mark that ended it.
   */
  static @Nullable SessionSpan current(List<SessionSpan> spans, long asOf, long gap) {
    SessionSpan newest = newest(spans);
    return newest == null || isOver(newest, asOf, gap) ? null : newest;
  }

  private static boolean isOver(SessionSpan span, long asOf, long gap) {
    return asOf - span.end() > gap || (span.endsWithMark() && asOf > span.end());
  }

  private static @Nullable SessionSpan newest(List<SessionSpan> spans) {
    SessionSpan newest = null;
    for (SessionSpan span : spans) {
      if (newest == null || span.end() >= newest.end()) {
        newest = span;
      }
    }
    return newest;
  }

  static SessionFacts facts(List<SessionSpan> spans, @Nullable SessionSpan current) {
    long[] starts = new long[spans.size()];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = spans.get(i).start();
    }
    return new SessionFacts(starts, current == null ? Long.MIN_VALUE : current.start());
  }

  /** Says which sessions are over, or are no longer as they were said to be. */
  List<Session> close(
      List<SessionSpan> spans, String userId, long newest, long gap, boolean silent) {
    return ledger.reconcile(userId, spans, i -> closedBy(spans, i, newest, gap, silent));
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

  /** Takes over what another one has said of a session. */
  boolean adopt(Session said, long gap) {
    return ledger.adopt(said, spans(gap));
  }

  /**
   * Takes out the sessions that no event within the grace can change, and counts them; the oldest
   * too when there are too many, after emitting them. The newest stays, whatever it is made of.
   */
  List<Session> settle(
      List<SessionSpan> spans, String userId, long before, UserState state, FeatureSet features) {
    List<Session> forced = List.of();
    int open = parts.size();
    SessionSpan newest = open > MOST_PARTS ? newest(spans) : null;
    for (SessionSpan span : spans) {
      boolean tooMany = open > MOST_PARTS && span != newest;
      if (span.end() < before || tooMany) {
        if (!ledger.knows(span)) {
          forced = forced.isEmpty() ? new ArrayList<>() : forced;
          forced.add(ledger.say(userId, span, BY_GAP));
        }
        ledger.forget(span);
        features.sessionFinished(span.start(), state.newestMillis(), state.slots());
        parts.removeAll(span.parts());
        open -= span.parts().size();
      }
    }
    if (newest != null && open > MOST_PARTS) {
      joinUnnamed(newest, features, state.newestMillis());
    }
    ledger.forgetBefore(before);
    return forced;
  }

  /** Makes the parts without a session id one, as if no marks were between them. */
  private void joinUnnamed(SessionSpan span, FeatureSet features, long newest) {
    SessionPart first = null;
    for (SessionPart part : span.parts()) {
      if (part.sessionId() != null) {
        continue;
      }
      if (first == null) {
        first = part;
      } else {
        first.merge(part, features, newest);
        parts.remove(part);
      }
    }
  }

  /** Whether a session is on, or isn't said as it is now. */
  boolean hasUnfinished(List<SessionSpan> spans) {
    for (SessionSpan span : spans) {
      if (parts.contains(span.parts().getFirst()) && !ledger.knows(span)) {
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
    ledger.write(base, parts, out);
  }

  static UserSessions read(long base, RowFormat format, FeatureSet features, ByteReader in) {
    var parts = new ArrayList<SessionPart>();
    for (long n = in.varint(); n > 0; n--) {
      parts.add(SessionPart.read(base, format, features, in));
    }
    EmittedSessions ledger =
        format.isPacked()
            ? EmittedSessions.read(base, parts, in)
            : EmittedSessions.readOld(base, in);
    return new UserSessions(parts, ledger);
  }
}
