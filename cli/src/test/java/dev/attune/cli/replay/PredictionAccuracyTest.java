package dev.attune.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.cli.replay.LabelFinder.Row;
import dev.attune.local.client.UserPrediction;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PredictionAccuracyTest {
  @Test
  void countsFirstAndThirdPlacesBesideTheBaselines() {
    var score = new PredictionAccuracy();
    score.add(new Row("a", "a"), ranked("a", "b", "c", "d"));
    score.add(new Row("a", null), ranked("b", "c", "a", "d"));
    score.add(new Row("b", "a"), ranked("d", "c", "a", "b"));
    score.add(new Row("a", "b"), Optional.empty());

    PredictionAccuracy.Result result = score.result();

    assertThat(result.rows()).isEqualTo(4);
    assertThat(result.top1()).isEqualTo(0.25);
    assertThat(result.top3()).isEqualTo(0.5);
    assertThat(result.majorityTop1()).isEqualTo(0.75);
    assertThat(result.majorityTop3()).isEqualTo(1.0);
    // the first by its last label, the second as the most common
    assertThat(result.lastTop1()).isEqualTo(0.5);
    assertThat(result.withoutPrediction()).isEqualTo(1);
  }

  @Test
  void givesWilsonsInterval() {
    var score = new PredictionAccuracy();
    for (int i = 0; i < 100; i++) {
      score.add(new Row(i < 80 ? "a" : "b", null), ranked("a"));
    }

    assertThat(score.result().top1Low()).isCloseTo(0.711, within(0.001));
    assertThat(score.result().top1High()).isCloseTo(0.867, within(0.001));
  }

  private static Optional<UserPrediction> ranked(String... labels) {
    return Optional.of(new UserPrediction(List.of(labels), "1", "0-1"));
  }
}
