package dev.attune.inference.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.model.ModelUnavailableException;
import dev.attune.inference.scoring.ServedRows.Rows;
import dev.attune.schemas.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServedRowsTest {
  private static final float[] FINE = {1, 0, 0};

  private final ServedRows served = new ServedRows();

  @Test
  void whatGivesNoProbabilitiesHasFailed() {
    Scripted live =
        Scripted.of("1", row -> row.numbers()[0] == 7 ? new float[] {Float.NaN, 0, 0} : FINE);

    score(new ModelSlots(live), tasks("set", 1, 7, 2, 7));

    assertThat(served.of("1")).isEqualTo(new Rows(4, 2));
  }

  @Test
  void whatIsAwayHasFailedAlsoWhereAFallbackAnswers() {
    Scripted away =
        Scripted.of(
            "1",
            row -> {
              throw new ModelUnavailableException("away");
            });

    score(new ModelSlots(away), tasks("set", 1));
    score(new ModelSlots(away.withFallback(Scripted.of("2", row -> FINE))), tasks("set", 1));

    assertThat(served.of("1")).isEqualTo(new Rows(2, 2));
    assertThat(served.of("2")).isEqualTo(Rows.NONE);
  }

  @Test
  void rowsOfOtherFeaturesAreNoFailures() {
    score(new ModelSlots(Scripted.of("1", row -> FINE)), tasks("another set", 1));

    assertThat(served.of("1")).isEqualTo(Rows.NONE);
  }

  @Test
  void aCanaryIsCountedForItsUsersAlone() {
    Scripted live = Scripted.of("1", row -> FINE);
    Scripted canary = Scripted.of("2", row -> new float[] {Float.NaN, 0, 0});

    score(new ModelSlots(live, canary, 0.5, null), tasks("set", new double[1_000]));

    assertThat(served.of("1").failed()).isZero();
    assertThat(served.of("2").rows()).isBetween(400L, 600L);
    assertThat(served.of("2").failed()).isEqualTo(served.of("2").rows());
    assertThat(served.of("1").rows() + served.of("2").rows()).isEqualTo(1_000);
  }

  @Test
  void countsEndWithTheSlot() {
    score(new ModelSlots(Scripted.of("1", row -> FINE)), tasks("set", 1));
    score(new ModelSlots(Scripted.of("2", row -> FINE)), tasks("set", 1));

    assertThat(served.of("1")).isEqualTo(Rows.NONE);
    assertThat(served.of("2")).isEqualTo(new Rows(1, 0));
  }

  private void score(ModelSlots slots, List<ScoreTask.Score> tasks) {
    served.add(slots, tasks, Predictor.predict(slots, tasks));
  }

  private static List<ScoreTask.Score> tasks(String featureSet, double... numbers) {
    List<ScoreTask.Score> tasks = new ArrayList<>();
    for (double number : numbers) {
      var row =
          new FeatureRow(
              featureSet, new double[] {number}, new @Nullable String[0], new TokenBag[0]);
      tasks.add(
          new ScoreTask.Score(
              "u-" + tasks.size(), null, new Position(0, 0, 1), 0, 0, row, List.of(), Map.of()));
    }
    return tasks;
  }
}
