package dev.attune.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rates are so low that the buckets do not refill while a test runs. */
class AdmissionTest {
  @Test
  void withoutARateEveryoneIsLetIn() {
    Admission admission = new Admission(new RateSettings(0, 0, 2, 10));

    assertThat(admission.takeForKey("k", 1_000_000)).isZero();
    assertThat(admission.limitsUsers()).isFalse();
  }

  @Test
  void countsEventsOfEachKeyApart() {
    Admission admission = new Admission(new RateSettings(1, 0, 60, 10));

    assertThat(admission.takeForKey("a", 60)).isZero();
    assertThat(admission.takeForKey("a", 10))
        .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(10));
    assertThat(admission.takeForKey("b", 60)).isZero();
  }

  @Test
  void aBatchLargerThanTheBucketIsPaidOffAfterwards() {
    Admission admission = new Admission(new RateSettings(1, 0, 60, 10));

    assertThat(admission.takeForKey("a", 100)).isZero();
    assertThat(admission.takeForKey("a", 1))
        .isBetween(Duration.ofSeconds(39), Duration.ofSeconds(41));
  }

  @Test
  void takesForAllUsersOfABatchOrForNone() {
    Admission admission = new Admission(new RateSettings(0, 1, 60, 10));
    assertThat(admission.takeForUsers(Map.of("greedy", 60))).isZero();

    assertThat(admission.takeForUsers(Map.of("greedy", 5, "modest", 60))).isPositive();

    assertThat(admission.takeForUsers(Map.of("modest", 60))).isZero();
  }

  @Test
  void forgetsTheUserLongestUnseen() {
    Admission admission = new Admission(new RateSettings(0, 1, 60, 1));
    assertThat(admission.takeForUsers(Map.of("a", 60))).isZero();
    assertThat(admission.takeForUsers(Map.of("b", 60))).isZero();

    assertThat(admission.takeForUsers(Map.of("a", 60))).isZero();
  }
}
