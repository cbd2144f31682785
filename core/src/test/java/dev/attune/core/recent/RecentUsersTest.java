package dev.attune.core.recent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.recent.RecentUsers.Change;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.MessageSent;
import dev.attune.schemas.avro.RecentConversation;
import dev.attune.schemas.avro.RecentReply;
import dev.attune.schemas.avro.RecentUser;
import dev.attune.schemas.avro.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecentUsersTest {
  private static final long MINUTE = 60_000;
  private static final long GAP = 30 * MINUTE;
  private static final long START = 1_767_323_045_000L;
  private static final int MANY = 1_000;

  private final RecentUsers users = new RecentUsers(3, GAP);

  @Test
  void tellsWhatAUserDidAndWasTold() {
    users.happened(event("ann", "session_started", "s1", START, "web", "en-US"));
    users.happened(event("ann", "message_sent", "s1", START + MINUTE, null, null));
    users.decided(decision("ann", "s1", "d1", START + MINUTE + 5));

    RecentUser ann = only(users.changes(MANY, _ -> List.of("frustrated")));

    assertThat(ann.getLastActiveAt()).isEqualTo(START + MINUTE + 5);
    assertThat(ann.getChannel()).isEqualTo("web");
    assertThat(ann.getLocale()).isEqualTo("en-US");
    assertThat(ann.getSegments()).containsExactly("frustrated");
    assertThat(ann.getSessions()).isEqualTo(1);
    RecentConversation conversation = ann.getConversations().getFirst();
    assertThat(conversation.getSessionId()).isEqualTo("s1");
    assertThat(conversation.getStartedAt()).isEqualTo(START);
    assertThat(conversation.getMessages()).isEqualTo(1);
    assertThat(conversation.getLastMessageAt()).isEqualTo(START + MINUTE);
    assertThat(conversation.getOutcome()).isNull();
    RecentReply reply = conversation.getReplies().getFirst();
    assertThat(reply.getDecisionId()).isEqualTo("d1");
    assertThat(reply.getReason()).isEqualTo("rule:order-status");
    assertThat(reply.getVariant()).isEqualTo("treatment");
    assertThat(reply.getIntent()).isEqualTo("order_status");
  }

  @Test
  void tellsEachChangeOnce() {
    users.happened(event("ann", "clicked", "s1", START, null, null));
    users.happened(event("ann", "clicked", "s1", START + 1, null, null));
    users.happened(event("bob", "clicked", "s2", START + 2, null, null));

    assertThat(ids(users.changes(1, _ -> List.of()))).containsExactly("ann");
    assertThat(ids(users.changes(MANY, _ -> List.of()))).containsExactly("bob");
    assertThat(users.changes(MANY, _ -> List.of())).isEmpty();
  }

  @Test
  void listsSoManyAndTellsWhoIsNoLongerListed() {
    click("ann", 0);
    click("bob", 1);
    click("cleo", 2);
    assertThat(users.changes(MANY, _ -> List.of())).hasSize(3);

    click("ann", 3);
    click("dan", 4);
    click("fay", 5);
    click("cleo", 6);
    click("eve", 7);

    Map<String, Boolean> told = new HashMap<>();
    users
        .changes(MANY, _ -> List.of())
        .forEach(change -> told.put(change.userId(), change.record() != null));
    // told of and gone: ann and bob; come and gone before anything was told: dan
    assertThat(told)
        .isEqualTo(Map.of("ann", false, "bob", false, "cleo", true, "eve", true, "fay", true));
  }

  @Test
  void forgetsAnErasedUserAtOnce() {
    click("ann", 0);
    users.erased("ann");
    assertThat(users.changes(MANY, _ -> List.of())).isEmpty();

    click("ann", 1);
    RecentUser ann = only(users.changes(MANY, _ -> List.of()));
    assertThat(ann.getSessions()).isEqualTo(1);
    assertThat(ann.getConversations()).hasSize(1);
  }

  @Test
  void conversationsFollowIdsAndSilence() {
    users.happened(event("ann", "clicked", "s1", START, null, null));
    users.decided(decision("ann", null, "d1", START + 5));
    users.happened(event("ann", "message_sent", "s2", START + MINUTE, null, null));
    users.happened(event("ann", "message_sent", "s2", START + 2 * GAP, null, null));

    RecentUser ann = only(users.changes(MANY, _ -> List.of()));

    assertThat(ann.getConversations())
        .extracting(RecentConversation::getSessionId)
        .containsExactly("s1", "s2", "s2");
    assertThat(ann.getConversations().getFirst().getReplies()).hasSize(1);
    assertThat(ann.getConversations().get(1).getMessages()).isEqualTo(1);
  }

  @Test
  void withoutIdsASessionEndsWithAMarkOrItsOutcome() {
    users.happened(event("ann", "message_sent", null, START, null, null));
    users.happened(event("ann", "message_sent", null, START + MINUTE, null, null));
    users.happened(event("ann", "session_started", null, START + 2 * MINUTE, null, null));
    users.said(session("ann", null, START + 2 * MINUTE, START + 2 * MINUTE, 1));
    users.happened(event("ann", "message_sent", null, START + 3 * MINUTE, null, null));

    RecentUser ann = only(users.changes(MANY, _ -> List.of()));

    assertThat(ann.getConversations())
        .extracting(RecentConversation::getStartedAt)
        .containsExactly(START, START + 2 * MINUTE, START + 3 * MINUTE);
    assertThat(ann.getConversations().getFirst().getMessages()).isEqualTo(2);
  }

  @Test
  void aReplyBelongsToTheConversationOfAReplayedPast() {
    long year = 365L * 24 * 60 * MINUTE;
    InteractionEvent old = event("ann", "message_sent", "s1", START - year, null, null);
    old.setReceivedAt(START);
    users.happened(old);
    users.decided(decision("ann", "s1", "d1", START + 10));

    RecentUser ann = only(users.changes(MANY, _ -> List.of()));

    assertThat(ann.getLastActiveAt()).isEqualTo(START + 10);
    assertThat(ann.getConversations()).hasSize(1);
    assertThat(ann.getConversations().getFirst().getStartedAt()).isEqualTo(START - year);
    assertThat(ann.getConversations().getFirst().getReplies()).hasSize(1);
  }

  @Test
  void aFinishedSessionTellsItsOutcomeWithoutBeingActivity() {
    users.happened(event("ann", "message_sent", "s1", START, null, null));
    click("bob", 1);
    click("cleo", 2);
    assertThat(users.changes(MANY, _ -> List.of())).hasSize(3);

    users.said(session("ann", "s1", START, START, 4));
    users.said(session("nobody", "s1", START, START, 4));
    users.said(session("bob", "another", START, START, 4));
    users.said(session("bob", "s-bob", START, START + MINUTE, 0));

    RecentUser ann = only(users.changes(MANY, _ -> List.of()));
    assertThat(ann.getConversations().getFirst().getOutcome().getIssuesResolved()).isEqualTo(1);
    assertThat(ann.getConversations().getFirst().getMessages()).isEqualTo(4);
    click("dan", 3);
    assertThat(users.changes(MANY, _ -> List.of()))
        .extracting(Change::userId)
        .as("ann was still the one who was silent for longest")
        .containsExactlyInAnyOrder("ann", "dan");
  }

  @Test
  void keepsTheNewestOfALongTalk() {
    for (int i = 0; i < UserActivity.MOST_REPLIES + 2; i++) {
      users.decided(decision("ann", "s1", "d" + i, START + i));
    }
    for (int i = 0; i < UserActivity.MOST_CONVERSATIONS + 1; i++) {
      users.happened(event("bob", "clicked", "s" + i, START + i, null, null));
    }
    Decision wordy = decision("cleo", "s1", "long", START);
    wordy.setText("x".repeat(UserActivity.LONGEST_TEXT - 1) + "😀😀");
    users.decided(wordy);

    List<RecentUser> told =
        users.changes(MANY, _ -> List.of()).stream()
            .map(change -> Objects.requireNonNull(change.record()))
            .toList();

    assertThat(told).extracting(RecentUser::getUserId).containsExactly("ann", "bob", "cleo");
    RecentConversation talk = told.getFirst().getConversations().getFirst();
    assertThat(talk.getReplies()).hasSize(UserActivity.MOST_REPLIES);
    assertThat(talk.getReplies().getFirst().getDecisionId()).isEqualTo("d2");
    assertThat(talk.getEarlierReplies()).isEqualTo(2);
    assertThat(told.get(1).getConversations())
        .extracting(RecentConversation::getSessionId)
        .containsExactly("s1", "s2", "s3");
    assertThat(told.get(1).getSessions()).isEqualTo(4);
    assertThat(told.get(2).getConversations().getFirst().getReplies().getFirst().getText())
        .isEqualTo("x".repeat(UserActivity.LONGEST_TEXT - 1) + "…");
  }

  @Test
  void goesOnAfterARestart() {
    users.happened(event("ann", "message_sent", "s1", START, null, null));
    click("bob", 5);
    List<RecentUser> kept = new ArrayList<>();
    users
        .changes(MANY, _ -> List.of())
        .forEach(change -> kept.add(Objects.requireNonNull(change.record())));

    RecentUsers after = new RecentUsers(2, GAP);
    after.restore(kept.reversed());
    assertThat(after.changes(MANY, _ -> List.of())).isEmpty();
    after.decided(decision("ann", "s1", "d1", START + 10));
    after.happened(event("cleo", "clicked", "s3", START + 11, null, null));

    List<Change> changes = after.changes(MANY, _ -> List.of());
    assertThat(ids(changes)).containsExactlyInAnyOrder("ann", "bob", "cleo");
    assertThat(changes)
        .filteredOn(change -> change.userId().equals("ann"))
        .singleElement()
        .satisfies(
            change -> {
              RecentConversation talk =
                  Objects.requireNonNull(change.record()).getConversations().getFirst();
              assertThat(talk.getMessages()).isEqualTo(1);
              assertThat(talk.getReplies()).hasSize(1);
            });
    assertThat(changes)
        .filteredOn(change -> change.record() == null)
        .extracting(Change::userId)
        .containsExactly("bob");
  }

  @Test
  void aFewerListedAfterARestartAreToldAsGone() {
    click("ann", 0);
    click("bob", 1);
    List<RecentUser> kept = new ArrayList<>();
    users
        .changes(MANY, _ -> List.of())
        .forEach(change -> kept.add(Objects.requireNonNull(change.record())));

    RecentUsers after = new RecentUsers(1, GAP);
    after.restore(kept);

    assertThat(after.changes(MANY, _ -> List.of())).containsExactly(new Change("ann", null));
  }

  /** Whatever happens: whoever follows the changes has the users of the newest activity. */
  @Test
  void whoFollowsTheChangesHasWhatIsListed() {
    var random = new SplittableRandom(11);
    RecentUsers listed = new RecentUsers(20, GAP);
    Set<String> followed = new HashSet<>();
    List<String> activity = new ArrayList<>();
    for (int step = 0; step < 5_000; step++) {
      String user = "u" + random.nextInt(60);
      if (random.nextInt(20) == 0) {
        listed.erased(user);
        followed.remove(user);
        activity.remove(user);
      } else {
        listed.happened(event(user, "clicked", "s", START + step, null, null));
        activity.remove(user);
        activity.addLast(user);
        if (activity.size() > 20) {
          activity.removeFirst();
        }
      }
      if (random.nextInt(10) == 0) {
        follow(listed.changes(5, _ -> List.of()), followed);
      }
    }

    follow(listed.changes(MANY, _ -> List.of()), followed);

    assertThat(followed).containsExactlyInAnyOrderElementsOf(activity);
  }

  private static void follow(List<Change> changes, Set<String> followed) {
    for (Change change : changes) {
      if (change.record() == null) {
        assertThat(followed.remove(change.userId())).as("was told before").isTrue();
      } else {
        followed.add(change.userId());
      }
    }
  }

  private void click(String user, long at) {
    users.happened(event(user, "clicked", "s-" + user, START + at, null, null));
  }

  private static List<String> ids(List<Change> changes) {
    return changes.stream().map(Change::userId).toList();
  }

  private static RecentUser only(List<Change> changes) {
    assertThat(changes).hasSize(1);
    return Objects.requireNonNull(changes.getFirst().record());
  }

  private static InteractionEvent event(
      String user,
      String type,
      @Nullable String session,
      long at,
      @Nullable String channel,
      @Nullable String locale) {
    return InteractionEvent.newBuilder()
        .setEventId("e" + at)
        .setType(type)
        .setUserId(user)
        .setSessionId(session)
        .setOccurredAt(at)
        .setReceivedAt(at)
        .setChannel(channel)
        .setLocale(locale)
        .setMessageSent(type.equals("message_sent") ? new MessageSent("where is it", null) : null)
        .build();
  }

  private static Decision decision(String user, @Nullable String session, String id, long at) {
    return Decision.newBuilder()
        .setDecisionId(id)
        .setUserId(user)
        .setSessionId(session)
        .setSlot("reply")
        .setDecidedAt(at)
        .setPersonalized(true)
        .setReason("rule:order-status")
        .setTemplateId("order-status.reply")
        .setText("Looking for your order?")
        .setExperiment("greeting")
        .setVariant("treatment")
        .setProbabilities(List.of(new LabelProbability("order_status", 0.9f)))
        .build();
  }

  private static Session session(
      String user, @Nullable String id, long from, long to, int messages) {
    return Session.newBuilder()
        .setUserId(user)
        .setSessionId(id)
        .setRevision(0)
        .setStartedAt(from)
        .setEndedAt(to)
        .setClosedBy("gap")
        .setEvents(messages)
        .setMessages(messages)
        .setPageViews(0)
        .setClicks(0)
        .setAgentReplies(1)
        .setAutomatedReplies(0)
        .setQuickRepliesUsed(0)
        .setIssuesOpened(1)
        .setIssuesResolved(1)
        .build();
  }
}
