package dev.attune.inference.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UserSampleTest {
  private static final long SECOND = 1_000_000_000;

  private final UserSample sample = new UserSample(100, 0);

  @Test
  void hasEverybodyWhileRecordsAreFew() {
    assertThat(taken(200)).hasSize(200);
    sample.adjust(SECOND);
    assertThat(taken(200)).hasSize(200);
  }

  @Test
  void hasAboutAsManyAsAreWantedWhenRecordsAreMany() {
    taken(10_000);
    sample.adjust(SECOND);
    assertThat(taken(10_000)).hasSizeBetween(100, 200);
  }

  @Test
  void staysWithTheSameUsers() {
    taken(10_000);
    sample.adjust(SECOND);
    List<String> first = taken(10_000);
    sample.adjust(2 * SECOND);
    assertThat(taken(10_000)).isEqualTo(first);
  }

  @Test
  void takesEverybodyAgainWhenItIsQuiet() {
    taken(10_000);
    sample.adjust(SECOND);
    sample.adjust(2 * SECOND);
    assertThat(taken(200)).hasSize(200);
  }

  @Test
  void waitsForAWholeSecond() {
    taken(10_000);
    sample.adjust(SECOND - 1);
    assertThat(taken(200)).hasSize(200);
  }

  private List<String> taken(int users) {
    return IntStream.range(0, users).mapToObj(n -> "customer-" + n).filter(sample::has).toList();
  }
}
