package dev.attune.simulation;

import dev.attune.schemas.avro.AgentReplied;
import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.EventContext;
import dev.attune.schemas.avro.Feedback;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.IssueOpened;
import dev.attune.schemas.avro.IssueResolved;
import dev.attune.schemas.avro.MessageSent;
import dev.attune.schemas.avro.PageViewed;
import dev.attune.schemas.avro.QuickReplyUsed;
import dev.attune.schemas.avro.SessionEnded;
import dev.attune.schemas.avro.SessionStarted;
import org.jspecify.annotations.Nullable;

/** Lets what a customer does in one visit happen in the world, as events. */
final class EventMaker {
  private final Customer customer;
  private final String sessionId;
  private final World world;
  private @Nullable String page;

  EventMaker(Customer customer, String sessionId, World world) {
    this.customer = customer;
    this.sessionId = sessionId;
    this.world = world;
  }

  void sessionStarted(String entry) {
    var detail = SessionStarted.newBuilder().setEntry(entry).build();
    world.happens(event("session_started").setSessionStarted(detail).build());
  }

  void sessionEnded() {
    var detail = SessionEnded.newBuilder().setReason("left").build();
    world.happens(event("session_ended").setSessionEnded(detail).build());
  }

  void pageViewed(String viewed, double seconds) {
    page = viewed;
    var detail = PageViewed.newBuilder().setPage(viewed).setSeconds(seconds).build();
    world.happens(event("page_viewed").setPageViewed(detail).build());
  }

  void clicked(String element, @Nullable String on) {
    var detail = Clicked.newBuilder().setElement(element).setPage(on).build();
    world.happens(event("clicked").setClicked(detail).build());
  }

  void messageSent(String text) {
    var detail = MessageSent.newBuilder().setText(text).setLength(text.length()).build();
    world.happens(event("message_sent").setMessageSent(detail).build());
  }

  void agentReplied(double seconds, boolean automated) {
    var detail =
        AgentReplied.newBuilder().setResponseSeconds(seconds).setAutomated(automated).build();
    world.happens(event("agent_replied").setAgentReplied(detail).build());
  }

  void issueOpened(String category) {
    var detail = IssueOpened.newBuilder().setIssueId(issueId()).setCategory(category).build();
    world.happens(event("issue_opened").setIssueOpened(detail).build());
  }

  void issueResolved(String category, String resolution) {
    var detail =
        IssueResolved.newBuilder()
            .setIssueId(issueId())
            .setCategory(category)
            .setResolution(resolution)
            .build();
    world.happens(event("issue_resolved").setIssueResolved(detail).build());
  }

  void feedback(int score, String decisionId) {
    var detail =
        Feedback.newBuilder()
            .setKind("csat")
            .setScore(score)
            .setDecisionId(decisionId.isEmpty() ? null : decisionId)
            .build();
    world.happens(event("feedback").setFeedback(detail).build());
  }

  void quickReplyUsed(String decisionId, String value) {
    var detail = QuickReplyUsed.newBuilder().setDecisionId(decisionId).setValue(value).build();
    world.happens(event("quick_reply_used").setQuickReplyUsed(detail).build());
  }

  private String issueId() {
    return "issue-" + sessionId;
  }

  private InteractionEvent.Builder event(String type) {
    var context = EventContext.newBuilder().setPage(page).setTimezone(customer.timezone()).build();
    return InteractionEvent.newBuilder()
        .setEventId(world.nextEventId())
        .setType(type)
        .setUserId(customer.userId())
        .setSessionId(sessionId)
        .setOccurredAt(world.now())
        .setChannel(customer.channel())
        .setLocale(customer.locale())
        .setContext(context);
  }
}
