package dev.attune.streams.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffsTest {
  private final Backoffs<String> backoffs = new Backoffs<>(2, Duration::ofNanos);

  @Test
  void aPauseIsOverAtItsEnd() {
    backoffs.failed("a", 100);
    backoffs.failed("a", 200);

    assertThat(backoffs.failures("a")).isEqualTo(2);
    assertThat(backoffs.isOver("a", 201)).isFalse();
    assertThat(backoffs.isOver("a", 202)).isTrue();
    assertThat(backoffs.isOver("b", 0)).isTrue();
  }

  @Test
  void theEldestIsForgottenBeyondTheMost() {
    backoffs.failed("a", 0);
    backoffs.failed("b", 0);
    assertThat(backoffs.has("a")).isTrue();

    backoffs.failed("c", 0);

    assertThat(backoffs.has("a")).isFalse();
    assertThat(backoffs.has("b")).isTrue();
    assertThat(backoffs.has("c")).isTrue();
  }
}
