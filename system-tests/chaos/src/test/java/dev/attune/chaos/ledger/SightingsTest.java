package dev.attune.chaos.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.chaos.Check;
import dev.attune.schemas.Position;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Looks at users' predictions while events come in: who waits too long, and who goes back. */
class SightingsTest {
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private final Sightings sightings = new Sightings();

  @Test
  void measuresFromTheAnswerToTheLookThatFindsTheEvent() {
    sightings.accepted("ada", at(1), seconds(0));
    sightings.accepted("ada", at(4), seconds(1));
    sightings.saw("ada", at(3), 7, seconds(2));
    sightings.saw("ada", at(4), 9, seconds(3));

    assertThat(sightings.nobodyWaitedLonger(LIMIT))
        .isEqualTo(
            new Check(
                "at any time of the run each accepted event is in Redis within 3 s",
                "2 events, the longest after 2.0 s, 0 users never",
                true));
    assertThat(sightings.nobodyWentBack().held()).isTrue();
  }

  @Test
  void noticesAnEventThatCameTooLateThoughItCame() {
    sightings.accepted("ada", at(1), seconds(0));
    sightings.saw("ada", at(0), 7, seconds(1));
    sightings.accepted("ada", at(2), seconds(3));
    sightings.saw("ada", at(2), 7, seconds(4));

    assertThat(sightings.nobodyWaitedLonger(LIMIT).held()).isFalse();
  }

  @Test
  void noticesAnEventThatNeverCame() {
    sightings.accepted("ada", at(1), seconds(0));
    sightings.accepted("bob", at(2), seconds(0));
    sightings.saw("ada", at(1), 7, seconds(1));

    assertThat(sightings.nobodyWaitedLonger(LIMIT))
        .extracting(Check::seen, Check::held)
        .containsExactly("1 events, the longest after 1.0 s, 1 users never", false);
  }

  @Test
  void noticesAStepBack() {
    sightings.saw("ada", at(2), 7, seconds(1));
    sightings.saw("ada", at(1), 7, seconds(2));

    assertThat(sightings.nobodyWentBack())
        .extracting(Check::seen, Check::held)
        .containsExactly("2 looks, 1 users went back (ada)", false);
  }

  @Test
  void noticesAPredictionThatVanished() {
    sightings.saw("ada", at(2), 7, seconds(1));
    sightings.sawNone("ada");

    assertThat(sightings.nobodyWentBack().held()).isFalse();
  }

  @Test
  void aStoreThatLostAllMayBeFilledWithWhatIsOlder() {
    sightings.saw("ada", at(2), 7, seconds(1));
    sightings.forget();
    sightings.sawNone("ada");
    sightings.saw("ada", at(1), 7, seconds(2));

    assertThat(sightings.nobodyWentBack().held()).isTrue();
  }

  @Test
  void looksAtEveryoneWhoWaitsAndInTurnsAtOthers() {
    sightings.accepted("ada", at(1), seconds(0));
    sightings.saw("bob", at(2), 7, seconds(0));
    sightings.saw("cyd", at(3), 7, seconds(0));

    assertThat(sightings.next(1)).hasSize(2).contains("ada");
    assertThat(sightings.next(2)).containsExactlyInAnyOrder("ada", "bob", "cyd");
  }

  @Test
  void knowsWhoStillWaitsForWhatCameBeforeAMoment() {
    sightings.accepted("ada", at(1), seconds(1));
    sightings.accepted("bob", at(2), seconds(3));

    assertThat(sightings.waiting(seconds(1))).isZero();
    assertThat(sightings.waiting(seconds(2))).isEqualTo(1);
    sightings.saw("ada", at(1), 7, seconds(3));
    assertThat(sightings.waiting(seconds(2))).isZero();
  }

  @Test
  void countsThoseUsersOnlyWhoAreAskedFor() {
    sightings.count(user -> user.equals("ada"));
    sightings.saw("ada", at(1), 7, seconds(0));
    sightings.saw("bob", at(2), 900, seconds(0));
    sightings.saw("ada", at(1), 7, seconds(1));

    Freshness seen = sightings.take();
    assertThat(seen.predictions()).isEqualTo(1);
    assertThat(seen.p99()).isEqualTo(7);
    assertThat(sightings.take().predictions()).isZero();
  }

  /** A run without looks shows nothing. */
  @Test
  void passesNothingThatIsEmpty() {
    assertThat(sightings.nobodyWaitedLonger(LIMIT).held()).isFalse();
    assertThat(sightings.nobodyWentBack().held()).isFalse();
  }

  private static Position at(long offset) {
    return new Position(0, 0, offset);
  }

  private static long seconds(int number) {
    return Duration.ofSeconds(number).toNanos();
  }
}
