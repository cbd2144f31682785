package dev.attune.core.kpi;

import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.IssueOpened;
import dev.attune.schemas.avro.IssueResolved;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.Session;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the KPIs of one user are made from. */
final class KpiEvents {
  static final long START = Instant.parse("2026-01-02T12:00:00Z").toEpochMilli();
  static final long MINUTE = 60_000;

  private KpiEvents() {}

  static Session session(String id, long start, int revision, int messages, @Nullable Double csat) {
    return Session.newBuilder()
        .setUserId("u")
        .setSessionId(id)
        .setRevision(revision)
        .setStartedAt(start)
        .setEndedAt(start + 10 * MINUTE)
        .setClosedBy("gap")
        .setEvents(messages + 1)
        .setMessages(messages)
        .setPageViews(0)
        .setClicks(0)
        .setAgentReplies(2)
        .setAutomatedReplies(1)
        .setQuickRepliesUsed(1)
        .setIssuesOpened(0)
        .setIssuesResolved(0)
        .setCsat(csat)
        .setChannel("web")
        .setSegments(List.of("frustrated", "new"))
        .build();
  }

  static Session withdrawn(String id, long start, int revision) {
    Session session = session(id, start, revision, 0, null);
    session.setEvents(0);
    return session;
  }

  static Decision decision(long at, String intent, String version) {
    return Decision.newBuilder()
        .setDecisionId("d")
        .setUserId("u")
        .setSlot("greeting")
        .setDecidedAt(at)
        .setPersonalized(true)
        .setReason("default")
        .setTemplateId("t")
        .setText("Hi")
        .setModelVersion(version)
        .setProbabilities(
            List.of(new LabelProbability(intent, 0.8f), new LabelProbability("other", 0.2f)))
        .build();
  }

  static InteractionEvent opened(String id, long at) {
    return event("issue_opened", at).setIssueOpened(new IssueOpened(id, null)).build();
  }

  static InteractionEvent resolved(String id, long at) {
    return event("issue_resolved", at).setIssueResolved(new IssueResolved(id, null, null)).build();
  }

  static InteractionEvent.Builder event(String type, long at) {
    return InteractionEvent.newBuilder()
        .setEventId("e")
        .setType(type)
        .setUserId("u")
        .setOccurredAt(at)
        .setReceivedAt(at);
  }
}
