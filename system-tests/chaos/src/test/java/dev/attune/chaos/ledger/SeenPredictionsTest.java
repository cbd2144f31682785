package dev.attune.chaos.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.chaos.Check;
import dev.attune.schemas.Position;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Looks at users' predictions while events come in: who waits too long, and who goes back. */
class SeenPredictionsTest {
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private final SeenPredictions seen = new SeenPredictions();

  @Test
  void measuresFromTheAnswerToTheLookThatFindsTheEvent() {
    seen.accepted("ada", at(1), seconds(0));
    seen.accepted("ada", at(4), seconds(1));
    seen.saw("ada", at(3), 7, seconds(2));
    seen.saw("ada", at(4), 9, seconds(3));

    assertThat(seen.nobodyWaitedLonger(LIMIT))
        .isEqualTo(
            new Check(
                "at any time of the run each accepted event is in Redis within 3 s",
                "2 events, the longest after 2.0 s, 0 users never",
                true));
    assertThat(seen.nobodyWentBack().held()).isTrue();
  }

  @Test
  void noticesAnEventThatCameTooLateThoughItCame() {
    seen.accepted("ada", at(1), seconds(0));
    seen.saw("ada", at(0), 7, seconds(1));
    seen.accepted("ada", at(2), seconds(3));
    seen.saw("ada", at(2), 7, seconds(4));

    assertThat(seen.nobodyWaitedLonger(LIMIT).held()).isFalse();
  }

  @Test
  void noticesAnEventThatNeverCame() {
    seen.accepted("ada", at(1), seconds(0));
    seen.accepted("bob", at(2), seconds(0));
    seen.saw("ada", at(1), 7, seconds(1));

    assertThat(seen.nobodyWaitedLonger(LIMIT))
        .extracting(Check::seen, Check::held)
        .containsExactly("1 events, the longest after 1.0 s, 1 users never", false);
  }

  @Test
  void noticesAStepBack() {
    seen.saw("ada", at(2), 7, seconds(1));
    seen.saw("ada", at(1), 7, seconds(2));

    assertThat(seen.nobodyWentBack())
        .extracting(Check::seen, Check::held)
        .containsExactly("2 looks, 1 users went back (ada)", false);
  }

  @Test
  void noticesAPredictionThatVanished() {
    seen.saw("ada", at(2), 7, seconds(1));
    seen.sawNone("ada");

    assertThat(seen.nobodyWentBack().held()).isFalse();
  }

  @Test
  void aStoreThatLostAllMayBeFilledWithWhatIsOlder() {
    seen.saw("ada", at(2), 7, seconds(1));
    seen.forget();
    seen.sawNone("ada");
    seen.saw("ada", at(1), 7, seconds(2));

    assertThat(seen.nobodyWentBack().held()).isTrue();
  }

  @Test
  void looksAtEveryoneWhoWaitsAndInTurnsAtOthers() {
    seen.accepted("ada", at(1), seconds(0));
    seen.saw("bob", at(2), 7, seconds(0));
    seen.saw("cyd", at(3), 7, seconds(0));

    assertThat(seen.next(1)).hasSize(2).contains("ada");
    assertThat(seen.next(2)).containsExactlyInAnyOrder("ada", "bob", "cyd");
  }

  @Test
  void knowsWhoStillWaitsForWhatCameBeforeAMoment() {
    seen.accepted("ada", at(1), seconds(1));
    seen.accepted("bob", at(2), seconds(3));

    assertThat(seen.waiting(seconds(1))).isZero();
    assertThat(seen.waiting(seconds(2))).isEqualTo(1);
    seen.saw("ada", at(1), 7, seconds(3));
    assertThat(seen.waiting(seconds(2))).isZero();
  }

  @Test
  void countsThoseUsersOnlyWhoAreAskedFor() {
    seen.count(user -> user.equals("ada"));
    seen.saw("ada", at(1), 7, seconds(0));
    seen.saw("bob", at(2), 900, seconds(0));
    seen.saw("ada", at(1), 7, seconds(1));

    Freshness taken = seen.take();
    assertThat(taken.predictions()).isEqualTo(1);
    assertThat(taken.p99()).isEqualTo(7);
    assertThat(seen.take().predictions()).isZero();
  }

  /** A run without looks shows nothing. */
  @Test
  void passesNothingThatIsEmpty() {
    assertThat(seen.nobodyWaitedLonger(LIMIT).held()).isFalse();
    assertThat(seen.nobodyWentBack().held()).isFalse();
  }

  private static Position at(long offset) {
    return new Position(0, 0, offset);
  }

  private static long seconds(int number) {
    return Duration.ofSeconds(number).toNanos();
  }
}
