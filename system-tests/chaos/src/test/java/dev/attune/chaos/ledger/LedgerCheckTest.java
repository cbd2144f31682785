package dev.attune.chaos.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.chaos.Check;
import dev.attune.schemas.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The checker of the fault suite is checked: a clean run passes, and one record that is dropped,
 * doubled, old or miscounted on purpose is noticed.
 */
class LedgerCheckTest {
  private static final SentEvent CLICK = new SentEvent("e1", "ada", true);
  private static final SentEvent MESSAGE = new SentEvent("e2", "ada", false);
  private static final SentEvent LAST = new SentEvent("e3", "bob", true);
  private static final SentEvent UNANSWERED = new SentEvent("e4", "bob", true);

  private final Ledger ledger = new Ledger();
  private final StoredEvents stored = new StoredEvents();
  private final CountedEvents counted = new CountedEvents();

  @BeforeEach
  void toldIsWhatIsThere() {
    accepted(Map.of("ada", "0-1"), CLICK, MESSAGE);
    accepted(Map.of("bob", "1-0"), LAST);
    ledger.sending(List.of(UNANSWERED));
    stored.add(0, 0, CLICK);
    stored.add(0, 1, MESSAGE);
    stored.add(1, 0, LAST);
    counted.add(0, 0, "ada", 1);
    counted.add(0, 1, "ada", 1);
    counted.add(1, 0, "bob", 1);
  }

  private void accepted(Map<String, String> tokens, SentEvent... events) {
    ledger.sending(List.of(events));
    ledger.accepted(List.of(events), tokens, 0);
  }

  @Test
  void passesACleanRun() {
    assertThat(checker().acceptedIsStored()).matches(Check::held);
    assertThat(checker().storedWasSent()).matches(Check::held);
    assertThat(checker().storedIsCountedOnce(counted)).matches(Check::held);
    assertThat(checker().clicksEqualRecount("here", counted.clicks())).matches(Check::held);
    assertThat(LedgerCheck.versionsReached(ledger, rows())).matches(Check::held);
    assertThat(LedgerCheck.redisEqualsState(rows(), rows())).matches(Check::held);
    assertThat(checker().acceptedIsStored().seen()).isEqualTo("3 accepted, 0 lost");
  }

  @Test
  void noticesALostEvent() {
    accepted(Map.of(), new SentEvent("e5", "ada", true));

    assertThat(checker().acceptedIsStored())
        .isEqualTo(
            new Check(
                "every event answered with 2xx is readable from interaction-events",
                "4 accepted, 1 lost (e5)",
                false));
  }

  @Test
  void letsAnUnansweredEventBeStoredOrNot() {
    stored.add(1, 1, UNANSWERED);

    assertThat(checker().storedWasSent()).matches(Check::held);
    assertThat(checker().storedWasSent().seen()).startsWith("1 unanswered, 1 of them stored");
  }

  @Test
  void noticesAnUnansweredEventStoredTwice() {
    stored.add(1, 1, UNANSWERED);
    stored.add(1, 2, UNANSWERED);

    assertThat(checker().storedWasSent()).matches(check -> !check.held());
    assertThat(checker().storedWasSent().seen()).endsWith("1 too often (e4)");
  }

  @Test
  void letsAnEventThatWasSentAgainBeStoredAgainButCountsItOnce() {
    ledger.sending(List.of(CLICK));
    stored.add(0, 2, CLICK);
    counted.add(0, 2, "ada", 1);

    assertThat(checker().storedWasSent()).matches(Check::held);
    assertThat(checker().clicksEqualRecount("here", counted.clicks())).matches(Check::held);
  }

  @Test
  void noticesAnEventThatNobodySent() {
    stored.add(1, 1, new SentEvent("other", "bob", false));

    assertThat(checker().storedWasSent()).matches(check -> !check.held());
  }

  @Test
  void noticesAStoredEventThatWasNotApplied() {
    accepted(Map.of(), new SentEvent("e5", "bob", false));
    stored.add(1, 1, new SentEvent("e5", "bob", false));

    assertThat(checker().storedIsCountedOnce(counted))
        .extracting(Check::seen, Check::held)
        .containsExactly("4 stored, 1 lost, 0 twice", false);
  }

  @Test
  void noticesAnEventThatWasAppliedTwice() {
    counted.add(0, 0, "ada", 2);

    assertThat(checker().storedIsCountedOnce(counted))
        .extracting(Check::seen, Check::held)
        .containsExactly("3 stored, 0 lost, 1 twice", false);
  }

  @Test
  void noticesAWrongCount() {
    Map<String, Double> clicks = new HashMap<>(counted.clicks());
    clicks.put("bob", 2.0);

    assertThat(checker().clicksEqualRecount("here", clicks))
        .extracting(Check::seen, Check::held)
        .containsExactly("2 users, 1 wrong (bob)", false);
  }

  @Test
  void noticesAUserWithoutACount() {
    assertThat(checker().clicksEqualRecount("here", Map.of("ada", 1.0)))
        .matches(check -> !check.held());
  }

  @Test
  void noticesAnOldVersion() {
    Map<String, UserRow> old = rows();
    old.put("ada", row(0, 0));

    assertThat(LedgerCheck.versionsReached(ledger, old))
        .extracting(Check::seen, Check::held)
        .containsExactly("2 users, 1 behind (ada)", false);
  }

  @Test
  void noticesAVersionThatIsNotOfTheLastStoredEvent() {
    Map<String, UserRow> newer = rows();
    newer.put("bob", row(1, 7));
    Map<String, UserRow> missing = rows();
    missing.remove("ada");

    assertThat(checker().versionsAreTheLast(rows())).matches(Check::held);
    assertThat(checker().versionsAreTheLast(newer).seen()).isEqualTo("2 users, 1 wrong (bob)");
    assertThat(checker().versionsAreTheLast(newer).held()).isFalse();
    assertThat(checker().versionsAreTheLast(missing).held()).isFalse();
  }

  /** A lost mark: nobody scores a user who was owed a score and sends nothing more. */
  @Test
  void noticesAOneShotUserWhoWasNeverScored() {
    SentEvent only = new SentEvent("e6", "once-1", true);
    accepted(Map.of("once-1", "0-2"), only);
    stored.add(0, 2, only);
    var faults = new FaultTimes();
    faults.began("inference", -5);
    faults.ended("inference", 5);
    Map<String, UserRow> scored = rows();
    scored.put("once-1", row(0, 2));

    assertThat(checker().oneShotsAreScored(scored, faults))
        .extracting(Check::seen, Check::held)
        .containsExactly("1 users, 1 of them within a fault, 0 wrong", true);
    assertThat(checker().oneShotsAreScored(rows(), new FaultTimes()))
        .extracting(Check::seen, Check::held)
        .containsExactly("1 users, 0 of them within a fault, 1 wrong (once-1)", false);
  }

  @Test
  void noticesAOneShotUserWhosePredictionIsOfAnotherEvent() {
    SentEvent only = new SentEvent("e6", "once-1", true);
    accepted(Map.of("once-1", "0-2"), only);
    stored.add(0, 2, only);
    Map<String, UserRow> other = rows();
    other.put("once-1", row(0, 1));

    assertThat(checker().oneShotsAreScored(other, new FaultTimes()).held()).isFalse();
  }

  @Test
  void noticesAUserWhoIsNotInRedis() {
    Map<String, UserRow> rows = rows();
    rows.remove("bob");

    assertThat(LedgerCheck.versionsReached(ledger, rows)).matches(check -> !check.held());
    assertThat(LedgerCheck.redisEqualsState(rows(), rows)).matches(check -> !check.held());
  }

  @Test
  void takesANewerVersion() {
    Map<String, UserRow> newer = rows();
    newer.put("bob", row(1, 7));

    assertThat(LedgerCheck.versionsReached(ledger, newer)).matches(Check::held);
  }

  @Test
  void noticesThatRedisHasOtherNumbers() {
    Map<String, UserRow> redis = rows();
    redis.put("bob", new UserRow(new Position(0, 1, 0), List.of(2.0)));

    assertThat(LedgerCheck.redisEqualsState(rows(), redis))
        .extracting(Check::seen, Check::held)
        .containsExactly("2 users, 1 different (bob)", false);
  }

  @Test
  void noticesAReplyWhoseDecisionIsNotLoggedOnce() {
    Set<String> shown = Set.of("d1", "d2");

    assertThat(LedgerCheck.shownIsLogged(shown, Map.of("d1", 1, "d2", 1))).matches(Check::held);
    assertThat(LedgerCheck.shownIsLogged(shown, Map.of("d1", 1)))
        .extracting(Check::seen, Check::held)
        .containsExactly("2 replies, 1 lack it, 0 twice (d2)", false);
    assertThat(LedgerCheck.shownIsLogged(shown, Map.of("d1", 2, "d2", 1)))
        .matches(check -> !check.held());
  }

  /** A run without events shows nothing. */
  @Test
  void passesNothingThatIsEmpty() {
    var nothing = new LedgerCheck(new Ledger(), new StoredEvents());

    assertThat(nothing.acceptedIsStored().held()).isFalse();
    assertThat(nothing.storedIsCountedOnce(new CountedEvents()).held()).isFalse();
    assertThat(nothing.clicksEqualRecount("here", Map.of()).held()).isFalse();
    assertThat(nothing.versionsAreTheLast(Map.of()).held()).isFalse();
    assertThat(nothing.oneShotsAreScored(Map.of(), new FaultTimes()).held()).isFalse();
    assertThat(LedgerCheck.versionsReached(new Ledger(), Map.of()).held()).isFalse();
    assertThat(LedgerCheck.redisEqualsState(Map.of(), Map.of()).held()).isFalse();
    assertThat(LedgerCheck.shownIsLogged(Set.of(), Map.of()).held()).isFalse();
  }

  private LedgerCheck checker() {
    return new LedgerCheck(ledger, stored);
  }

  private static Map<String, UserRow> rows() {
    return new HashMap<>(Map.of("ada", row(0, 1), "bob", row(1, 0)));
  }

  private static UserRow row(int partition, long offset) {
    return new UserRow(new Position(0, partition, offset), List.of(1.0, Double.NaN));
  }
}
