package dev.attune.responses.recent;

import dev.attune.schemas.avro.ConversationOutcome;
import dev.attune.schemas.avro.RecentConversation;
import dev.attune.schemas.avro.RecentReply;
import dev.attune.schemas.avro.RecentUser;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A conversation in a list.
 *
 * @param startedAt when its first event happened
 * @param endedAt when its newest event happened, so far
 * @param lastActiveAt when its newest event was received, or its newest reply given
 * @param lastMessageAt when the user wrote last; null: not at all
 * @param messages of the user
 * @param segments of the user, now
 * @param replies the newest ten, oldest first
 * @param earlierReplies how many there were before these
 * @param outcome null: the conversation is on
 */
record ListedConversation(
    String userId,
    @Nullable String sessionId,
    Instant startedAt,
    Instant endedAt,
    Instant lastActiveAt,
    @Nullable Instant lastMessageAt,
    int messages,
    @Nullable String channel,
    List<String> segments,
    List<GivenReply> replies,
    int earlierReplies,
    @Nullable Outcome outcome) {
  /**
   * A reply, in short; {@code GET /v1/decisions/{decisionId}} tells all of it.
   *
   * @param text its first 300 characters
   * @param intent the likeliest one then
   */
  record GivenReply(
      String decisionId,
      Instant decidedAt,
      String slot,
      String templateId,
      String text,
      boolean personalized,
      String reason,
      @Nullable String experiment,
      @Nullable String variant,
      @Nullable String intent) {
    private static GivenReply of(RecentReply reply) {
      return new GivenReply(
          reply.getDecisionId(),
          Instant.ofEpochMilli(reply.getDecidedAt()),
          reply.getSlot(),
          reply.getTemplateId(),
          reply.getText(),
          reply.getPersonalized(),
          reply.getReason(),
          reply.getExperiment(),
          reply.getVariant(),
          reply.getIntent());
    }

    private boolean mentions(String wanted) {
      return contains(decisionId, wanted)
          || contains(text, wanted)
          || contains(slot, wanted)
          || contains(templateId, wanted)
          || contains(reason, wanted)
          || contains(variant, wanted)
          || contains(intent, wanted);
    }
  }

  /**
   * What came of it.
   *
   * @param closedBy gap: the user was silent; ended: it was ended
   * @param agentReplies answers that the chat has told of
   * @param automatedReplies those of them that no person wrote
   * @param csat the last rating
   */
  record Outcome(
      String closedBy,
      int agentReplies,
      int automatedReplies,
      int issuesOpened,
      int issuesResolved,
      @Nullable Double csat) {
    private static Outcome of(ConversationOutcome outcome) {
      return new Outcome(
          outcome.getClosedBy(),
          outcome.getAgentReplies(),
          outcome.getAutomatedReplies(),
          outcome.getIssuesOpened(),
          outcome.getIssuesResolved(),
          outcome.getCsat());
    }
  }

  /** Something was said, other than in a visit. */
  static boolean isTalk(RecentConversation conversation) {
    return conversation.getMessages() > 0 || !conversation.getReplies().isEmpty();
  }

  static ListedConversation of(RecentUser user, RecentConversation conversation) {
    Long lastMessageAt = conversation.getLastMessageAt();
    return new ListedConversation(
        user.getUserId(),
        conversation.getSessionId(),
        Instant.ofEpochMilli(conversation.getStartedAt()),
        Instant.ofEpochMilli(conversation.getEndedAt()),
        Instant.ofEpochMilli(conversation.getLastActiveAt()),
        lastMessageAt == null ? null : Instant.ofEpochMilli(lastMessageAt),
        conversation.getMessages(),
        conversation.getChannel(),
        user.getSegments(),
        conversation.getReplies().stream().map(GivenReply::of).toList(),
        conversation.getEarlierReplies(),
        conversation.getOutcome() == null ? null : Outcome.of(conversation.getOutcome()));
  }

  /** Whether a text stands in anything that names it or was said in it. */
  boolean mentions(String text) {
    String wanted = plain(text);
    return contains(userId, wanted)
        || contains(sessionId, wanted)
        || replies.stream().anyMatch(reply -> reply.mentions(wanted));
  }

  private static boolean contains(@Nullable String text, String wanted) {
    return text != null && plain(text).contains(wanted);
  }

  /** People look for {@code rule refund} and {@code control group}, as pages say it. */
  private static String plain(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[_:/-]", " ");
  }
}
