package dev.attune.streams.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One call in twenty, of those of the last ten seconds. */
class HedgeBudgetTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private long now = 5 * SECOND;
  private final HedgeBudget hedges = new HedgeBudget(() -> now);

  private void called(int times) {
    for (int i = 0; i < times; i++) {
      hedges.called();
    }
  }

  private int taken() {
    int taken = 0;
    while (hedges.take()) {
      taken++;
    }
    return taken;
  }

  @Test
  void twentyCallsPayForOne() {
    called(19);
    assertThat(hedges.take()).isFalse();

    called(1);

    assertThat(hedges.take()).isTrue();
    assertThat(hedges.take()).isFalse();
  }

  @Test
  void noMoreThanTwentyFiveAreKept() {
    called(10_000);

    assertThat(taken()).isEqualTo(25);
  }

  @Test
  void callsCountAsLongAsTheWindow() {
    called(20);

    now += 9 * SECOND;

    assertThat(hedges.take()).isTrue();
  }

  @Test
  void thenTheyAreForgotten() {
    called(400);

    now += 10 * SECOND;

    assertThat(hedges.take()).isFalse();
  }

  /** Each second's calls leave the window when their own ten seconds are over. */
  @Test
  void eachSecondIsForgottenByItself() {
    for (int second = 0; second < 10; second++) {
      called(20);
      now += SECOND;
    }

    // the calls of the first second have just left
    assertThat(taken()).isEqualTo(9);
  }

  @Test
  void aPauseOfManyWindowsForgetsAll() {
    for (int second = 0; second < 10; second++) {
      called(40);
      now += SECOND;
    }

    now += 1_000 * SECOND;

    assertThat(hedges.take()).isFalse();
    called(20);
    assertThat(taken()).isEqualTo(1);
  }

  /** What hedges took leaves with the second that they were taken in. */
  @Test
  void hedgesCountInTheirOwnSecond() {
    called(40);
    now += 5 * SECOND;
    assertThat(taken()).isEqualTo(2);

    now += 5 * SECOND;
    called(20);
    assertThat(hedges.take()).as("40 calls have left, 2 hedges have not").isFalse();
    now += 5 * SECOND;

    called(1);
    assertThat(hedges.take()).isTrue();
  }

  @Test
  void aClockThatIsBehindForgetsNothing() {
    called(20);

    now -= 3 * SECOND;

    assertThat(hedges.take()).isTrue();
  }
}
