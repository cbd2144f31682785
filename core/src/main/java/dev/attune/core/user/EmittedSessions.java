package dev.attune.core.user;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.schemas.avro.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What has been said of the sessions that late events may still change. A session is known by its
 * id and start; each saying has a higher revision. When a late event moves a start or joins two
 * sessions, the ones that are no more are said once again, with zero events: so whoever keeps the
 * highest revision of each (user, session id, start) holds the truth.
 */
final class EmittedSessions {
  /** Who moves starts back more often than late events do is said anew with a first revision. */
  private static final int MOST_WITHDRAWN = 16;

  private static final class Entry {
    private final @Nullable String sessionId;
    private final long startedAt;
    private int revision;
    private int events;
    private long end;

    Entry(@Nullable String sessionId, long startedAt) {
      this.sessionId = sessionId;
      this.startedAt = startedAt;
    }

    /** Said as the part is now. */
    static Entry of(SessionPart part) {
      var entry = new Entry(part.sessionId(), part.start());
      entry.events = part.events();
      entry.end = part.end();
      return entry;
    }

    int placeAmong(List<SessionPart> parts) {
      for (int i = 0; i < parts.size(); i++) {
        SessionPart part = parts.get(i);
        if (startedAt == part.start() && Objects.equals(sessionId, part.sessionId())) {
          return i;
        }
      }
      return -1;
    }

    boolean isCurrent(SessionPart part) {
      return events == part.events() && end == part.end();
    }

    boolean isOf(SessionSpan span) {
      return startedAt == span.start() && Objects.equals(sessionId, span.sessionId());
    }

    boolean isAmong(List<SessionSpan> spans) {
      for (SessionSpan span : spans) {
        if (isOf(span)) {
          return true;
        }
      }
      return false;
    }

    boolean isCurrent(SessionSpan span) {
      return events == span.events() && end == span.end();
    }

    void say(SessionSpan span) {
      revision++;
      events = span.events();
      end = span.end();
    }

    boolean adopt(Session said) {
      if (said.getRevision() <= revision) {
        return false;
      }
      revision = said.getRevision();
      events = said.getEvents();
      end = said.getEndedAt();
      return true;
    }
  }

  private final List<Entry> entries = new ArrayList<>(2);

  /**
   * Says what is new.
   *
   * @param closedBy why the session at an index is over; null while it is on
   */
  List<Session> reconcile(
      String userId, List<SessionSpan> spans, IntFunction<@Nullable String> closedBy) {
    var said = new ArrayList<Session>(0);
    for (Entry entry : entries) {
      if (entry.events > 0 && !entry.isAmong(spans)) {
        said.add(withdraw(userId, entry));
      }
    }
    for (int i = 0; i < spans.size(); i++) {
      SessionSpan span = spans.get(i);
      String by = closedBy.apply(i);
      Entry entry = entryOf(span);
      if (by != null && (entry == null || !entry.isCurrent(span))) {
        said.add(say(userId, span, by));
      }
    }
    return said;
  }

  /** Says that what was said before is no session of its own any more. */
  private static Session withdraw(String userId, Entry entry) {
    entry.events = 0;
    entry.revision++;
    return SessionSpan.record(
        userId,
        entry.sessionId,
        entry.revision,
        entry.startedAt,
        entry.startedAt,
        UserSessions.BY_GAP,
        new SessionTally());
  }

  Session say(String userId, SessionSpan span, String closedBy) {
    Entry entry = entryFor(span);
    entry.say(span);
    return span.record(userId, entry.revision, closedBy);
  }

  /**
   * Takes over what another one has said of a session that is still known, if that is newer.
   *
   * @return whether it was
   */
  boolean adopt(Session said, List<SessionSpan> spans) {
    for (SessionSpan span : spans) {
      if (span.start() == said.getStartedAt()
          && Objects.equals(span.sessionId(), said.getSessionId())) {
        return entryFor(span).adopt(said);
      }
    }
    return false;
  }

  /** Whether the session was said as it is now. */
  boolean knows(SessionSpan span) {
    Entry entry = entryOf(span);
    return entry != null && entry.isCurrent(span);
  }

  void forget(SessionSpan span) {
    entries.removeIf(e -> e.isOf(span));
  }

  /** Forgets withdrawn sessions that can't come back, and the first of too many. */
  void forgetBefore(long time) {
    entries.removeIf(e -> e.events == 0 && e.startedAt < time);
    if (entries.size() > MOST_WITHDRAWN) {
      forgetFirstWithdrawn();
    }
  }

  private void forgetFirstWithdrawn() {
    List<Entry> withdrawn = entries.stream().filter(e -> e.events == 0).toList();
    int tooMany = withdrawn.size() - MOST_WITHDRAWN;
    if (tooMany > 0) {
      entries.removeAll(withdrawn.subList(0, tooMany));
    }
  }

  private Entry entryFor(SessionSpan span) {
    Entry entry = entryOf(span);
    if (entry == null) {
      entry = new Entry(span.sessionId(), span.start());
      entries.add(entry);
    }
    return entry;
  }

  private @Nullable Entry entryOf(SessionSpan span) {
    for (Entry entry : entries) {
      if (entry.isOf(span)) {
        return entry;
      }
    }
    return null;
  }

  /**
   * Nearly every entry is about one of the parts, so it is written as the part's place and whether
   * it was said as it is now, in two bytes instead of an id and times.
   */
  void write(long base, List<SessionPart> parts, ByteWriter out) {
    out.varint(entries.size());
    for (Entry entry : entries) {
      int place = entry.placeAmong(parts);
      boolean current = place >= 0 && entry.isCurrent(parts.get(place));
      out.varint((place + 1) * 2L + (current ? 1 : 0));
      out.varint(entry.revision);
      if (place < 0) {
        PackedText.write(entry.sessionId == null ? "" : entry.sessionId, out);
        out.zigzag(base - entry.startedAt);
      }
      if (!current) {
        out.varint(entry.events);
        out.zigzag(entry.end - entry.startedAt);
      }
    }
  }

  static EmittedSessions read(long base, List<SessionPart> parts, ByteReader in) {
    var ledger = new EmittedSessions();
    for (long n = in.varint(); n > 0; n--) {
      long about = in.varint();
      int revision = (int) in.varint();
      Entry entry = about < 2 ? unknown(base, in) : Entry.of(parts.get((int) (about / 2) - 1));
      entry.revision = revision;
      if (about % 2 == 0) {
        entry.events = (int) in.varint();
        entry.end = entry.startedAt + in.zigzag();
      }
      ledger.entries.add(entry);
    }
    return ledger;
  }

  private static Entry unknown(long base, ByteReader in) {
    String id = PackedText.read(in);
    return new Entry(id.isEmpty() ? null : id, base - in.zigzag());
  }

  /** As rows had it up to version 3. */
  static EmittedSessions readOld(long base, ByteReader in) {
    var ledger = new EmittedSessions();
    for (long n = in.varint(); n > 0; n--) {
      String id = in.text();
      var entry = new Entry(id.isEmpty() ? null : id, base - in.zigzag());
      entry.revision = (int) in.varint();
      entry.events = (int) in.varint();
      entry.end = entry.startedAt + in.zigzag();
      ledger.entries.add(entry);
    }
    return ledger;
  }
}
