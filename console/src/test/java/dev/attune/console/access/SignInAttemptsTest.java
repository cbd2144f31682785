package dev.attune.console.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignInAttemptsTest {
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private final SignInAttempts attempts = new SignInAttempts(() -> now);

  private Duration begin(String name, String address) {
    return attempts.begin(name, address);
  }

  private void fail(int times, String name, String address) {
    for (int i = 0; i < times; i++) {
      assertThat(begin(name, address)).isZero();
    }
  }

  @Test
  void aPersonMayMistypeAFewTimes() {
    fail(5, "ada", "a");

    assertThat(begin("ada", "a")).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void eachFurtherAttemptWaitsTwiceAsLongUpToAMinute() {
    fail(5, "ada", "a");
    for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      assertThat(begin("ada", "a")).isEqualTo(Duration.ofSeconds(seconds));
      now = now.plusSeconds(seconds);
      fail(1, "ada", "a");
    }
  }

  @Test
  void whoIsToldToWaitMakesNoAttempt() {
    fail(5, "ada", "a");
    for (int i = 0; i < 100; i++) {
      assertThat(begin("ada", "a")).isPositive();
    }
    now = now.plusSeconds(1);

    assertThat(begin("ada", "a")).isZero();
  }

  @Test
  void aStrangerElsewhereDoesNotKeepAnybodyOut() {
    fail(5, "ada", "stranger");

    assertThat(begin("ada", "home")).isZero();
  }

  @Test
  void manyAddressesTogetherAreSlowedToo() {
    for (int address = 0; address < 50; address++) {
      fail(1, "ada", "a" + address);
    }

    assertThat(begin("ada", "another")).isPositive();
    assertThat(begin("bob", "another")).isZero();
  }

  @Test
  void aNameIsTheSameInAnyCase() {
    fail(3, "ada", "a");
    fail(2, "ADA", "a");

    assertThat(begin("Ada", "a")).isPositive();
  }

  @Test
  void successIsForgottenAtOnceAndFailureAfterAWhile() {
    fail(4, "ada", "a");
    attempts.succeeded("ada", "a");
    fail(5, "ada", "a");
    assertThat(begin("ada", "a")).isPositive();
    now = now.plus(Duration.ofMinutes(16));

    fail(5, "ada", "a");
  }

  /** Or the success of one who knows the password would free those who guess it. */
  @Test
  void successDoesNotForgetWhatFailedElsewhere() {
    for (int address = 0; address < 49; address++) {
      fail(1, "ada", "a" + address);
    }
    fail(1, "ada", "home");
    attempts.succeeded("ada", "home");
    fail(1, "ada", "b");

    assertThat(begin("ada", "c")).isPositive();
  }

  @Test
  void whatIsKeptIsBoundedTheQuietestIsForgotten() {
    fail(5, "ada", "a");
    for (int i = 0; i < 10_000; i++) {
      fail(1, "name" + i, "a");
    }

    assertThat(begin("ada", "a")).isZero();
  }
}
