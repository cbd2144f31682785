package dev.attune.core.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgeBucketTest {
  @Test
  void everyAgeIsInOneBucket() {
    for (long age : List.of(0L, 59_999L, 60_000L, 86_399_999L, 86_400_000L, Long.MAX_VALUE - 1)) {
      assertThat(AgeBucket.ALL.stream().filter(bucket -> bucket.holds(age))).hasSize(1);
    }
    assertThat(AgeBucket.of(59_999)).isEqualTo(new AgeBucket(0, 60_000));
    assertThat(AgeBucket.of(60_000).fromMillis()).isEqualTo(60_000);
    assertThat(AgeBucket.of(Duration.ofDays(400).toMillis()).isOpenEnded()).isTrue();
  }

  @Test
  void anEventBeforeTheFirstHasNoNegativeAge() {
    assertThat(AgeBucket.age(1_000, 5_000)).isZero();
    assertThat(AgeBucket.age(5_000, 1_000)).isEqualTo(4_000);
  }

  @Test
  void rowsOfOneUserCountOnce() {
    assertThat(IndependentRows.of(List.of())).isZero();
    assertThat(IndependentRows.of(List.of(7L))).isCloseTo(1, within(1e-12));
    assertThat(IndependentRows.of(List.of(5L, 5L, 5L))).isCloseTo(3, within(1e-12));
    assertThat(IndependentRows.of(List.of(100L, 1L, 1L))).isBetween(1.0, 1.1);
  }
}
