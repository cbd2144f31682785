package dev.attune.inference.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UserSampleTest {
  private static final long SECOND = 1_000_000_000;

  private final UserSample sample = new UserSample(100, 0, 0);

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

  /** Two hundred users are enough for a report; an eighth of a crowd may not be. */
  @Test
  void hasAllOfACrowdThatComesAfterAQuiet() {
    var patient = new UserSample(100, 6_000, 0);
    for (int second = 1; second <= 3; second++) {
      assertThat(taken(patient, 2_000)).hasSize(2_000);
      patient.adjust(second * SECOND);
    }
    assertThat(taken(patient, 2_000)).as("6,300 have been").hasSize(2_000);
    patient.adjust(4 * SECOND);
    assertThat(taken(patient, 2_000)).as("no quiet any more").hasSizeLessThan(300);
    patient.adjust(5 * SECOND);
    patient.adjust(65 * SECOND);
    assertThat(taken(patient, 2_000)).as("after a quiet minute").hasSize(2_000);
  }

  @Test
  void waitsForAWholeSecond() {
    taken(10_000);
    sample.adjust(SECOND - 1);
    assertThat(taken(200)).hasSize(200);
  }

  private List<String> taken(int users) {
    return taken(sample, users);
  }

  private static List<String> taken(UserSample sample, int users) {
    return IntStream.range(0, users).mapToObj(n -> "customer-" + n).filter(sample::has).toList();
  }
}
