package dev.attune.responses.user;

import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.SegmentChange;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A user's records, each list oldest first.
 *
 * @param events in the form in which they are taken
 * @param sessions finished ones, as they were said last
 * @param decisions in short; {@code GET /v1/decisions/{id}} tells all of one
 * @param complete false when time or room was over before everything was read: the oldest are
 *     missing
 * @param since when not complete: from then on nothing is missing; null: not known
 */
record HistoryBody(
    List<JsonNode> events,
    List<Session> sessions,
    List<Change> segmentChanges,
    List<Reply> decisions,
    boolean complete,
    @Nullable Instant since) {
  boolean isEmpty() {
    return events.isEmpty()
        && sessions.isEmpty()
        && segmentChanges.isEmpty()
        && decisions.isEmpty();
  }

  record Session(
      @Nullable String sessionId,
      Instant startedAt,
      Instant endedAt,
      String closedBy,
      int events,
      int messages,
      int agentReplies,
      int automatedReplies,
      List<String> issueCategories,
      int issuesOpened,
      int issuesResolved,
      @Nullable Double resolutionSeconds,
      @Nullable Double csat,
      @Nullable String channel,
      List<String> segments,
      List<String> decisionIds) {
    private static Session of(dev.attune.schemas.avro.Session said) {
      return new Session(
          said.getSessionId(),
          Instant.ofEpochMilli(said.getStartedAt()),
          Instant.ofEpochMilli(said.getEndedAt()),
          said.getClosedBy(),
          said.getEvents(),
          said.getMessages(),
          said.getAgentReplies(),
          said.getAutomatedReplies(),
          said.getIssueCategories(),
          said.getIssuesOpened(),
          said.getIssuesResolved(),
          said.getResolutionSeconds(),
          said.getCsat(),
          said.getChannel(),
          said.getSegments(),
          said.getDecisionIds());
    }
  }

  record Change(String segment, String change, Instant occurredAt) {
    static Change of(SegmentChange change) {
      return new Change(
          change.getSegment(), change.getChange(), Instant.ofEpochMilli(change.getOccurredAt()));
    }
  }

  record Reply(
      String decisionId,
      Instant decidedAt,
      String slot,
      String text,
      boolean personalized,
      String reason,
      @Nullable String experiment,
      @Nullable String variant) {
    static Reply of(Decision decision) {
      return new Reply(
          decision.getDecisionId(),
          Instant.ofEpochMilli(decision.getDecidedAt()),
          decision.getSlot(),
          decision.getText(),
          decision.getPersonalized(),
          decision.getReason(),
          decision.getExperiment(),
          decision.getVariant());
    }
  }

  private record Key(@Nullable String sessionId, long startedAt) {}

  /** Of each session the highest revision; a withdrawn one has no events and is left out. */
  static List<Session> sessions(Collection<dev.attune.schemas.avro.Session> said) {
    Map<Key, dev.attune.schemas.avro.Session> newest = new LinkedHashMap<>();
    for (dev.attune.schemas.avro.Session one : said) {
      newest.merge(
          new Key(one.getSessionId(), one.getStartedAt()),
          one,
          (known, given) -> given.getRevision() > known.getRevision() ? given : known);
    }
    return newest.values().stream()
        .filter(session -> session.getEvents() > 0)
        .map(Session::of)
        .toList();
  }
}
