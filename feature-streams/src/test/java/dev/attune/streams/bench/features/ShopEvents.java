package dev.attune.streams.bench.features;

import dev.attune.schemas.avro.AgentReplied;
import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.Feedback;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.IssueOpened;
import dev.attune.schemas.avro.MessageSent;
import dev.attune.schemas.avro.PageViewed;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A shop's customers, in order of time as a topic has them: visits of some twenty events, up to
 * three days apart. Everybody's first event comes before anybody's second.
 */
final class ShopEvents {
  private static final long START = 1_767_225_600_000L;
  private static final int VISIT = 20;
  private static final int LONGEST_ABSENCE = 3 * 86_400_000;

  private record Turn(long time, int user) {}

  private final Random random;
  private final PriorityQueue<Turn> turns =
      new PriorityQueue<>(Comparator.comparingLong(Turn::time).thenComparingInt(Turn::user));
  private final int[] visits;
  private int made;

  ShopEvents(int users, long seed) {
    random = new Random(seed);
    for (int user = 0; user < users; user++) {
      turns.add(new Turn(START, user));
    }
    visits = new int[users];
  }

  InteractionEvent next() {
    Turn turn = turns.remove();
    InteractionEvent event = event(turn.user, visits[turn.user], turn.time);
    boolean away = random.nextInt(VISIT) == 0;
    visits[turn.user] += away ? 1 : 0;
    int pause = 1 + (away ? random.nextInt(LONGEST_ABSENCE) : random.nextInt(60_000));
    turns.add(new Turn(turn.time + pause, turn.user));
    return event;
  }

  /** What somebody does at a time. */
  InteractionEvent event(int user, int visit, long time) {
    made++;
    var event =
        InteractionEvent.newBuilder()
            .setEventId(String.format("018f%08x-%08x-%012x", user, made, random.nextInt()))
            .setUserId("user-" + user)
            .setSessionId("session-" + user + "-" + visit)
            .setOccurredAt(time)
            .setReceivedAt(time)
            .setChannel("web")
            .setLocale("en-US");
    return detailed(event).build();
  }

  private InteractionEvent.Builder detailed(InteractionEvent.Builder event) {
    return switch (random.nextInt(10)) {
      case 0, 1, 2, 3 ->
          event
              .setType("page_viewed")
              .setPageViewed(new PageViewed("/orders/" + random.nextInt(9), null, null));
      case 4, 5 -> event.setType("clicked").setClicked(new Clicked("track-order", null));
      case 6, 7 ->
          event
              .setType("message_sent")
              .setMessageSent(new MessageSent("where is my order, it should be here by now", 43));
      case 8 ->
          event
              .setType("agent_replied")
              .setAgentReplied(new AgentReplied(2.0, random.nextBoolean()));
      default ->
          random.nextBoolean()
              ? event.setType("feedback").setFeedback(new Feedback("csat", 4.0, null, null))
              : event
                  .setType("issue_opened")
                  .setIssueOpened(new IssueOpened("i-" + made, "refund"));
    };
  }
}
