package dev.attune.core.feature;

import dev.attune.schemas.avro.AgentReplied;
import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.Custom;
import dev.attune.schemas.avro.Feedback;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.IssueOpened;
import dev.attune.schemas.avro.IssueResolved;
import dev.attune.schemas.avro.MessageSent;
import dev.attune.schemas.avro.PageViewed;
import dev.attune.schemas.avro.SessionEnded;
import dev.attune.schemas.avro.SessionStarted;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Events for tests; times are milliseconds after a fixed day. */
public final class Events {
  public static final long DAY_ONE = 1_767_225_600_000L;
  private static final AtomicLong IDS = new AtomicLong();

  private Events() {}

  public static InteractionEvent.Builder event(String type, long at) {
    return InteractionEvent.newBuilder()
        .setEventId("e-" + IDS.incrementAndGet())
        .setType(type)
        .setUserId("u-1")
        .setOccurredAt(DAY_ONE + at)
        .setReceivedAt(DAY_ONE + at);
  }

  public static InteractionEvent click(long at, String element) {
    return event("clicked", at).setClicked(new Clicked(element, null)).build();
  }

  public static InteractionEvent page(long at, String page) {
    return event("page_viewed", at).setPageViewed(new PageViewed(page, null, null)).build();
  }

  public static InteractionEvent message(long at, @Nullable String text) {
    return event("message_sent", at)
        .setMessageSent(new MessageSent(text, text == null ? null : text.length()))
        .build();
  }

  public static InteractionEvent reply(long at, double seconds, boolean automated) {
    return event("agent_replied", at).setAgentReplied(new AgentReplied(seconds, automated)).build();
  }

  public static InteractionEvent feedback(long at, String kind, double score) {
    return event("feedback", at).setFeedback(new Feedback(kind, score, null, null)).build();
  }

  public static InteractionEvent opened(long at, String category) {
    return event("issue_opened", at).setIssueOpened(new IssueOpened("i-1", category)).build();
  }

  public static InteractionEvent resolved(long at, String category) {
    return event("issue_resolved", at)
        .setIssueResolved(new IssueResolved("i-1", category, null))
        .build();
  }

  public static InteractionEvent custom(long at, String name, Map<String, String> properties) {
    return event("custom", at).setCustom(new Custom(name, properties)).build();
  }

  public static InteractionEvent started(long at) {
    return event("session_started", at).setSessionStarted(new SessionStarted()).build();
  }

  public static InteractionEvent ended(long at) {
    return event("session_ended", at).setSessionEnded(new SessionEnded()).build();
  }

  /** The same event in a named session. */
  public static InteractionEvent in(String sessionId, InteractionEvent event) {
    event.setSessionId(sessionId);
    return event;
  }
}
