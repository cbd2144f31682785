package dev.attune.core.recent;

import dev.attune.schemas.avro.ConversationOutcome;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.RecentConversation;
import dev.attune.schemas.avro.RecentReply;
import dev.attune.schemas.avro.RecentUser;
import dev.attune.schemas.avro.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one user did of late and what was said to him. Conversations follow the sessions of {@link
 * dev.attune.core.user.UserEngine}, but only closely: events are put where they fit when they come,
 * and a late one never joins two. Mutable, owned by one thread.
 */
final class UserActivity {
  /** With the present one; the topics have all of them. */
  static final int MOST_CONVERSATIONS = 3;

  /** Of one conversation. */
  static final int MOST_REPLIES = 10;

  /** A person recognizes a reply by then. */
  static final int LONGEST_TEXT = 300;

  private final RecentUser user;

  private UserActivity(RecentUser user) {
    this.user = user;
  }

  static UserActivity of(String userId) {
    RecentUser user = new RecentUser();
    user.setUserId(userId);
    user.setSegments(List.of());
    user.setConversations(new ArrayList<>(MOST_CONVERSATIONS));
    return new UserActivity(user);
  }

  /** Goes on where a record ended. */
  static UserActivity of(RecentUser record) {
    return new UserActivity(RecentUser.newBuilder(record).build());
  }

  /**
   * @param gap the longest silence within a session, in milliseconds
   */
  void happened(InteractionEvent event, long gap) {
    active(event.getReceivedAt());
    if (event.getChannel() != null) {
      user.setChannel(event.getChannel());
    }
    if (event.getLocale() != null) {
      user.setLocale(event.getLocale());
    }
    boolean begins = event.getType().equals("session_started");
    long at = event.getOccurredAt();
    RecentConversation conversation =
        find(c -> isNear(c, at, gap) && isOneOf(c, event.getSessionId(), begins));
    if (conversation == null) {
      conversation = begin(event.getSessionId(), at);
    }
    join(conversation, event.getSessionId(), event.getReceivedAt());
    conversation.setStartedAt(Math.min(conversation.getStartedAt(), at));
    conversation.setEndedAt(Math.max(conversation.getEndedAt(), at));
    if (event.getChannel() != null) {
      conversation.setChannel(event.getChannel());
    }
    if (event.getType().equals("message_sent")) {
      Long last = conversation.getLastMessageAt();
      conversation.setMessages(conversation.getMessages() + 1);
      conversation.setLastMessageAt(last == null ? at : Math.max(last, at));
    }
  }

  /**
   * A reply is made when it is asked for, an event may be told of later: what belongs together is
   * told by the time of receipt.
   */
  void decided(Decision decision, long gap) {
    long at = decision.getDecidedAt();
    active(at);
    RecentConversation conversation =
        find(c -> at <= c.getLastActiveAt() + gap && isOneOf(c, decision.getSessionId(), false));
    if (conversation == null) {
      conversation = begin(decision.getSessionId(), at);
    }
    join(conversation, decision.getSessionId(), at);
    List<RecentReply> replies = conversation.getReplies();
    replies.add(reply(decision));
    if (replies.size() > MOST_REPLIES) {
      replies.removeFirst();
      conversation.setEarlierReplies(conversation.getEarlierReplies() + 1);
    }
  }

  /**
   * A session is over, or what was said of it has changed.
   *
   * @return whether it is one of those listed here
   */
  boolean said(Session session) {
    // one that a late event has joined with another
    boolean withdrawn = session.getEvents() == 0;
    RecentConversation conversation =
        withdrawn
            ? null
            : find(
                c ->
                    Objects.equals(c.getSessionId(), session.getSessionId())
                        && c.getStartedAt() <= session.getEndedAt()
                        && c.getEndedAt() >= session.getStartedAt());
    if (conversation == null) {
      return false;
    }
    conversation.setMessages(session.getMessages());
    conversation.setOutcome(
        new ConversationOutcome(
            session.getClosedBy(),
            session.getAgentReplies(),
            session.getAutomatedReplies(),
            session.getIssuesOpened(),
            session.getIssuesResolved(),
            session.getCsat()));
    return true;
  }

  /** As it is now; changes afterwards don't reach the record. */
  RecentUser record(List<String> segments) {
    RecentUser record = RecentUser.newBuilder(user).build();
    record.setSegments(segments);
    return record;
  }

  private void active(long at) {
    user.setLastActiveAt(Math.max(user.getLastActiveAt(), at));
  }

  /** The newest that is meant. */
  private @Nullable RecentConversation find(Predicate<RecentConversation> meant) {
    return user.getConversations().reversed().stream().filter(meant).findFirst().orElse(null);
  }

  private static boolean isNear(RecentConversation conversation, long at, long gap) {
    return at >= conversation.getStartedAt() - gap && at <= conversation.getEndedAt() + gap;
  }

  /** What has no id belongs to the session that is on. */
  private boolean isOneOf(
      RecentConversation conversation, @Nullable String sessionId, boolean begins) {
    String known = conversation.getSessionId();
    if (known != null && sessionId != null) {
      return known.equals(sessionId);
    }
    boolean isOn =
        conversation.getOutcome() == null && conversation == user.getConversations().getLast();
    return isOn && !begins;
  }

  private RecentConversation begin(@Nullable String sessionId, long at) {
    RecentConversation conversation =
        RecentConversation.newBuilder()
            .setSessionId(sessionId)
            .setStartedAt(at)
            .setEndedAt(at)
            .setLastActiveAt(user.getLastActiveAt())
            .setReplies(new ArrayList<>())
            .build();
    List<RecentConversation> conversations = user.getConversations();
    conversations.add(conversation);
    if (conversations.size() > MOST_CONVERSATIONS) {
      conversations.removeFirst();
    }
    user.setSessions(user.getSessions() + 1);
    return conversation;
  }

  private static void join(
      RecentConversation conversation, @Nullable String sessionId, long activeAt) {
    if (conversation.getSessionId() == null) {
      conversation.setSessionId(sessionId);
    }
    conversation.setLastActiveAt(Math.max(conversation.getLastActiveAt(), activeAt));
  }

  private static RecentReply reply(Decision decision) {
    return RecentReply.newBuilder()
        .setDecisionId(decision.getDecisionId())
        .setDecidedAt(decision.getDecidedAt())
        .setSlot(decision.getSlot())
        .setTemplateId(decision.getTemplateId())
        .setText(beginning(decision.getText()))
        .setPersonalized(decision.getPersonalized())
        .setReason(decision.getReason())
        .setExperiment(decision.getExperiment())
        .setVariant(decision.getVariant())
        // they are written highest first
        .setIntent(
            decision.getProbabilities().isEmpty()
                ? null
                : decision.getProbabilities().getFirst().getLabel())
        .build();
  }

  private static String beginning(String text) {
    if (text.length() <= LONGEST_TEXT) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1)) ? 1 : 0;
    return text.substring(0, LONGEST_TEXT - end) + "…";
  }
}
