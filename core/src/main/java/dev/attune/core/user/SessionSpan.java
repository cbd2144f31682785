package dev.attune.core.user;

import dev.attune.core.feature.FeatureSet;
import dev.attune.core.feature.StateSlots;
import dev.attune.schemas.avro.Session;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session: parts with its id, and parts without any that fell into it. */
final class SessionSpan {
  private final List<SessionPart> parts = new ArrayList<>(2);
  private @Nullable String sessionId;
  private long end;
  private long endMark = Long.MIN_VALUE;

  SessionSpan(SessionPart first) {
    end = first.end();
    take(first);
  }

  /** Whether a part that begins no earlier belongs here. */
  boolean fits(SessionPart part, long gap) {
    if (part.start() - end > gap) {
      return false;
    }
    if (sessionId != null && part.sessionId() != null) {
      return sessionId.equals(part.sessionId());
    }
    boolean endedBefore = endMark == end && part.start() > end;
    boolean beginsAnew = part.beginsWithMark() && part.start() > end;
    return !endedBefore && !beginsAnew;
  }

  void take(SessionPart part) {
    parts.add(part);
    end = Math.max(end, part.end());
    endMark = Math.max(endMark, part.endMark());
    if (sessionId == null) {
      sessionId = part.sessionId();
    }
  }

  List<SessionPart> parts() {
    return parts;
  }

  long start() {
    return parts.getFirst().start();
  }

  long end() {
    return end;
  }

  boolean endsWithMark() {
    return endMark == end;
  }

  @Nullable String sessionId() {
    return sessionId;
  }

  int events() {
    int events = 0;
    for (SessionPart part : parts) {
      events += part.events();
    }
    return events;
  }

  /** The session's slots; only a session of several parts needs a merge. */
  StateSlots slots(FeatureSet features, long newest) {
    if (parts.size() == 1) {
      return parts.getFirst().slots();
    }
    StateSlots merged = features.newSessionSlots();
    for (SessionPart part : parts) {
      features.mergeSessions(merged, part.slots(), newest);
    }
    return merged;
  }

  /** The record of the finished session. */
  Session record(String userId, int revision, String closedBy) {
    var tally = new SessionTally();
    for (SessionPart part : parts) {
      tally.merge(part.tally());
    }
    return record(userId, sessionId, revision, start(), end, closedBy, tally);
  }

  static Session record(
      String userId,
      @Nullable String sessionId,
      int revision,
      long start,
      long end,
      String closedBy,
      SessionTally tally) {
    return Session.newBuilder()
        .setUserId(userId)
        .setSessionId(sessionId)
        .setRevision(revision)
        .setStartedAt(start)
        .setEndedAt(end)
        .setClosedBy(closedBy)
        .setEvents(tally.counter(SessionTally.EVENTS))
        .setMessages(tally.counter(SessionTally.MESSAGES))
        .setPageViews(tally.counter(SessionTally.PAGE_VIEWS))
        .setClicks(tally.counter(SessionTally.CLICKS))
        .setAgentReplies(tally.counter(SessionTally.AGENT_REPLIES))
        .setAutomatedReplies(tally.counter(SessionTally.AUTOMATED_REPLIES))
        .setQuickRepliesUsed(tally.counter(SessionTally.QUICK_REPLIES))
        .setIssueCategories(new ArrayList<>(tally.categories()))
        .setIssuesOpened(tally.counter(SessionTally.OPENED))
        .setIssuesResolved(tally.counter(SessionTally.RESOLVED))
        .setResolutionSeconds(tally.resolutionSeconds())
        .setCsat(tally.csat())
        .setHandlingSeconds(tally.handlingSeconds())
        .setChannel(tally.channel())
        .setDecisionIds(new ArrayList<>(tally.decisions()))
        .build();
  }
}
