package dev.attune.streams.backfill;

import dev.attune.schemas.avro.Session;

/** What a predecessor has said of a session: one message, then the gap. */
final class ClosedSession {
  private ClosedSession() {}

  /**
   * @param at of the message, epoch milliseconds
   */
  static Session.Builder of(String user, int revision, long at) {
    return Session.newBuilder()
        .setUserId(user)
        .setRevision(revision)
        .setStartedAt(at)
        .setEndedAt(at)
        .setClosedBy("gap")
        .setEvents(1)
        .setMessages(1)
        .setPageViews(0)
        .setClicks(0)
        .setAgentReplies(0)
        .setAutomatedReplies(0)
        .setQuickRepliesUsed(0)
        .setIssuesOpened(0)
        .setIssuesResolved(0);
  }
}
