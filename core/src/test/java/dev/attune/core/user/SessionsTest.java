package dev.attune.core.user;

import static dev.attune.core.feature.Events.DAY_ONE;
import static dev.attune.core.feature.Events.click;
import static dev.attune.core.feature.Events.ended;
import static dev.attune.core.feature.Events.event;
import static dev.attune.core.feature.Events.feedback;
import static dev.attune.core.feature.Events.in;
import static dev.attune.core.feature.Events.message;
import static dev.attune.core.feature.Events.opened;
import static dev.attune.core.feature.Events.page;
import static dev.attune.core.feature.Events.reply;
import static dev.attune.core.feature.Events.resolved;
import static dev.attune.core.feature.Events.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.QuickReplyUsed;
import dev.attune.schemas.avro.Session;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final long M = 60_000;
  private static final long H = 60 * M;

  private final Run run = Run.of("{session: {gap: 30m}, features: {n: {count: session}}}");

  @Test
  void closesByTheNextEventAfterTheGap() {
    run.with(click(0, "a"), click(10 * M, "b"));
    assertThat(run.sessions).isEmpty();

    run.with(click(41 * M, "c"));

    assertThat(run.sessions).hasSize(1);
    Session session = run.sessions.getFirst();
    assertThat(session.getStartedAt()).isEqualTo(DAY_ONE);
    assertThat(session.getEndedAt()).isEqualTo(DAY_ONE + 10 * M);
    assertThat(session.getClosedBy()).isEqualTo("gap");
    assertThat(session.getEvents()).isEqualTo(2);
    assertThat(session.getRevision()).isEqualTo(1);
  }

  /** As of the mark itself it is still on, so that its last vector has its features. */
  @Test
  void aSessionIsOverOnceItHasEnded() {
    Run visit =
        Run.of(
            """
            features:
              seconds: {time_since: session}
              clicks: {count: clicked, scope: session}
            """);
    visit.with(click(0, "a"), ended(10 * M));
    assertThat(visit.value("seconds")).isEqualTo(600.0);
    assertThat(visit.value("clicks")).isEqualTo(1.0);

    assertThat(visit.valuesAt(15 * M)).containsEntry("seconds", null).containsEntry("clicks", 0.0);

    visit.with(click(16 * M, "b"));
    assertThat(visit.numberAt("seconds", 17 * M)).isEqualTo(60.0);
  }

  @Test
  void keepsOneSessionUpToTheGap() {
    run.with(click(0, "a"), click(30 * M, "b"));

    assertThat(run.sessions).isEmpty();
  }

  @Test
  void closesWhenReceiptTimePassesTheGap() {
    run.with(click(0, "a"));
    assertThat(run.state().sessionDeadline()).hasValue(DAY_ONE + 30 * M);

    run.expire(29 * M);
    assertThat(run.sessions).isEmpty();
    run.expire(30 * M);

    assertThat(run.sessions).hasSize(1);
    assertThat(run.state().sessionDeadline()).isEmpty();
    run.expire(60 * M);
    assertThat(run.sessions).hasSize(1);
  }

  @Test
  void judgesExpiryOfReplayedHistoryByReceipt() {
    var old = click(0, "a");
    old.setReceivedAt(DAY_ONE + 365 * 24 * H);

    run.with(old);

    assertThat(run.state().sessionDeadline()).hasValue(DAY_ONE + 365 * 24 * H + 30 * M);
  }

  @Test
  void endsAtOnceWhenToldSo() {
    run.with(started(0), click(1, "a"), ended(2));

    assertThat(run.sessions).extracting(Session::getClosedBy).containsExactly("ended");
    assertThat(run.state().sessionDeadline()).isEmpty();
  }

  @Test
  void beginsAnewAtAStartMark() {
    run.with(click(0, "a"), started(M), click(2 * M, "b"));

    assertThat(run.sessions).extracting(Session::getEvents).containsExactly(1);
    assertThat(run.value("n")).isEqualTo(2.0);
  }

  /** What a part's events were is no longer known when the mark arrives. */
  @Test
  void staysWholeWhenAStartMarkArrivesLateBetweenItsEvents() {
    run.with(click(0, "a"), click(10 * M, "b"), started(5 * M));
    run.expire(H);

    assertThat(run.sessions).extracting(Session::getEvents).containsExactly(3);
    assertThat(run.sessions).extracting(Session::getStartedAt).containsExactly(DAY_ONE);
  }

  @Test
  void cutsAtALateMarkThatNamesItsSession() {
    run.with(in("a", click(0, "a")), in("b", click(10 * M, "b")), in("b", started(5 * M)));
    run.expire(H);

    assertThat(run.sessions)
        .filteredOn(s -> s.getEvents() > 0)
        .extracting(Session::getSessionId, Session::getStartedAt)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("a", DAY_ONE),
            org.assertj.core.groups.Tuple.tuple("b", DAY_ONE + 5 * M));
  }

  @Test
  void emitsAHigherRevisionForALateEvent() {
    run.with(click(0, "a"), click(H, "b"));
    run.with(page(5 * M, "/late"));

    assertThat(run.sessions).extracting(Session::getRevision).containsExactly(1, 2);
    assertThat(run.sessions.getLast().getPageViews()).isEqualTo(1);
    assertThat(run.sessions.getLast().getEvents()).isEqualTo(2);
  }

  @Test
  void joinsTwoSessionsThatALateEventConnects() {
    run.with(click(0, "a"), click(40 * M, "b"), click(20 * M, "late"));
    assertThat(run.value("n")).isEqualTo(1.0);

    run.expire(10 * H);

    Session last = run.sessions.getLast();
    assertThat(last.getStartedAt()).isEqualTo(DAY_ONE);
    assertThat(last.getEvents()).isEqualTo(3);
    assertThat(last.getRevision()).isEqualTo(2);
  }

  @Test
  void withdrawsASessionThatBecamePartOfAnother() {
    run.with(click(0, "a"), click(40 * M, "b"), click(2 * H, "c"));
    assertThat(run.sessions).extracting(Session::getEvents).containsExactly(1, 1);

    run.with(click(20 * M, "late"));

    Session withdrawn = run.sessions.get(2);
    assertThat(withdrawn.getStartedAt()).isEqualTo(DAY_ONE + 40 * M);
    assertThat(withdrawn.getEvents()).isZero();
    assertThat(withdrawn.getRevision()).isEqualTo(2);
    assertThat(run.sessions.getLast().getEvents()).isEqualTo(3);
  }

  @Test
  void followsTheClientsSessionIds() {
    run.with(in("a", click(0, "x")), in("a", click(M, "x")), in("b", click(2 * M, "x")));

    assertThat(run.sessions).hasSize(1);
    assertThat(run.sessions.getFirst().getSessionId()).isEqualTo("a");
    assertThat(run.sessions.getFirst().getClosedBy()).isEqualTo("ended");
  }

  @Test
  void putsEventsWithoutAnIdIntoTheSessionThatIsOn() {
    run.with(in("a", message(0, "hi")), reply(M, 60, true), in("a", message(2 * M, "thanks")));

    run.expire(H);

    assertThat(run.sessions).hasSize(1);
    assertThat(run.sessions.getFirst().getAgentReplies()).isEqualTo(1);
    assertThat(run.sessions.getFirst().getMessages()).isEqualTo(2);
    assertThat(run.sessions.getFirst().getSessionId()).isEqualTo("a");
  }

  @Test
  void carriesTheOutcome() {
    var used = event("quick_reply_used", 7 * M).setQuickReplyUsed(new QuickReplyUsed("d-1", "yes"));

    run.with(
        page(0, "/orders"),
        click(M, "track"),
        message(2 * M, "where is it"),
        opened(3 * M, "order_status"),
        reply(4 * M, 10, true),
        reply(5 * M, 20, false),
        resolved(6 * M, "order_status"),
        used.build(),
        feedback(8 * M, "csat", 2),
        feedback(9 * M, "csat", 5));
    run.expire(2 * H);

    Session s = run.sessions.getFirst();
    assertThat(s.getPageViews()).isEqualTo(1);
    assertThat(s.getClicks()).isEqualTo(1);
    assertThat(s.getMessages()).isEqualTo(1);
    assertThat(s.getAgentReplies()).isEqualTo(2);
    assertThat(s.getAutomatedReplies()).isEqualTo(1);
    assertThat(s.getIssueCategories()).containsExactly("order_status");
    assertThat(s.getIssuesOpened()).isEqualTo(1);
    assertThat(s.getIssuesResolved()).isEqualTo(1);
    assertThat(s.getResolutionSeconds()).isEqualTo(180.0);
    assertThat(s.getQuickRepliesUsed()).isEqualTo(1);
    assertThat(s.getDecisionIds()).containsExactly("d-1");
    assertThat(s.getCsat()).isEqualTo(5.0);
    assertThat(s.getHandlingSeconds()).as("of people alone").isEqualTo(20.0);
  }

  @Test
  void leavesTheResolutionOpenWhileAnIssueIs() {
    run.with(opened(0, "a"), opened(1, "b"), resolved(2, "a"));
    run.expire(2 * H);

    assertThat(run.sessions.getFirst().getResolutionSeconds()).isNull();
  }

  /** A second event arrives late and joins two parts of the session. */
  @Test
  void addsUpWhatPeopleSpentInWhateverOrderTheyCome() {
    run.with(
        reply(0, 10.5, false),
        reply(50 * M, 7, false),
        reply(25 * M, 3, false),
        click(51 * M, "x"));
    run.expire(4 * H);

    assertThat(run.sessions.getLast().getHandlingSeconds()).isEqualTo(20.5);
  }

  @Test
  void saysNothingOfHandlingWhereNobodySaidHowLongItTook() {
    run.with(reply(0, 10, true), click(M, "a"));
    run.expire(2 * H);

    assertThat(run.sessions.getFirst().getHandlingSeconds()).isNull();
  }

  @Test
  void countsSessionsThatLeftTheGrace() {
    for (int day = 0; day < 5; day++) {
      run.with(click(day * 24 * H, "a"), click(day * 24 * H + M, "b"));
    }

    assertThat(run.value("n")).isEqualTo(5.0);
    assertThat(run.sessions).hasSize(4);
  }
}
