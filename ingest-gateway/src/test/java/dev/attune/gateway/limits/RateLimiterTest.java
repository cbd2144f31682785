package dev.attune.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rates are so low that the buckets do not refill while a test runs. */
class RateLimiterTest {
  @Test
  void withoutARateEveryoneIsLetIn() {
    RateLimiter limiter = new RateLimiter(new RateSettings(0, 0, 2, 10));

    assertThat(limiter.takeForKey("k", 1_000_000)).isZero();
    assertThat(limiter.limitsUsers()).isFalse();
  }

  @Test
  void countsEventsOfEachKeyApart() {
    RateLimiter limiter = new RateLimiter(new RateSettings(1, 0, 60, 10));

    assertThat(limiter.takeForKey("a", 60)).isZero();
    assertThat(limiter.takeForKey("a", 10))
        .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(10));
    assertThat(limiter.takeForKey("b", 60)).isZero();
  }

  @Test
  void tellsAKeyThatHasNothingLeftBeforeItBringsAnything() {
    RateLimiter limiter = new RateLimiter(new RateSettings(1, 0, 60, 10));
    assertThat(limiter.untilNextOfKey("a")).isZero();
    assertThat(limiter.takeForKey("a", 59)).isZero();
    assertThat(limiter.untilNextOfKey("a")).isZero();

    assertThat(limiter.takeForKey("a", 11)).isPositive();
    assertThat(limiter.takeForKey("a", 1)).isZero();

    assertThat(limiter.untilNextOfKey("a")).isBetween(Duration.ofMillis(1), Duration.ofSeconds(1));
    assertThat(limiter.untilNextOfKey("b")).isZero();
  }

  @Test
  void aBatchLargerThanTheBucketIsPaidOffAfterwards() {
    RateLimiter limiter = new RateLimiter(new RateSettings(1, 0, 60, 10));

    assertThat(limiter.takeForKey("a", 100)).isZero();
    assertThat(limiter.takeForKey("a", 1))
        .isBetween(Duration.ofSeconds(39), Duration.ofSeconds(41));
  }

  @Test
  void takesForAllUsersOfABatchOrForNone() {
    RateLimiter limiter = new RateLimiter(new RateSettings(0, 1, 60, 10));
    assertThat(limiter.takeForUsers(Map.of("greedy", 60))).isZero();

    assertThat(limiter.takeForUsers(Map.of("greedy", 5, "modest", 60))).isPositive();

    assertThat(limiter.takeForUsers(Map.of("modest", 60))).isZero();
  }

  @Test
  void forgetsTheUserLongestUnseen() {
    RateLimiter limiter = new RateLimiter(new RateSettings(0, 1, 60, 1));
    assertThat(limiter.takeForUsers(Map.of("a", 60))).isZero();
    assertThat(limiter.takeForUsers(Map.of("b", 60))).isZero();

    assertThat(limiter.takeForUsers(Map.of("a", 60))).isZero();
  }
}
