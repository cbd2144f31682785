package dev.attune.inference.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.model.ModelUnavailableException;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.grpc.Outcome;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PredictorTest {
  @Test
  void ranksTheHighestProbabilityFirst() {
    ScoreResult result = predict(row -> new float[] {0.2f, 0.7f, 0.1f}, 1);

    assertThat(((ScoreResult.Predicted) result).ranked())
        .extracting(LabelProbability::getLabel)
        .containsExactly("b", "a", "c");
  }

  @Test
  void withoutAModelNothingIsStored() {
    List<ScoreResult> results = Predictor.predict(ModelSlots.EMPTY, List.of(task("set", 1)));

    assertThat(outcome(results.getFirst())).isEqualTo(Outcome.NO_MODEL);
  }

  @Test
  void refusesRowsOfAnotherFeatureSet() {
    var slots = new ModelSlots(model(row -> new float[] {1, 0, 0}));

    List<ScoreResult> results =
        Predictor.predict(slots, List.of(task("another", 1), task("set", 1)));

    assertThat(outcome(results.getFirst())).isEqualTo(Outcome.REFUSED);
    assertThat(results.getLast()).isInstanceOf(ScoreResult.Predicted.class);
  }

  @Test
  void answersThatAreNoProbabilitiesAreNeverStored() {
    List<float[]> answers =
        List.of(
            new float[] {Float.NaN, 0, 0},
            new float[] {Float.POSITIVE_INFINITY, 0, 0},
            new float[] {-0.1f, 1, 0},
            new float[] {1.1f, 0, 0},
            new float[] {1});

    assertThat(answers)
        .allSatisfy(
            answer -> {
              ScoreResult result = predict(row -> answer, 1);
              // the event's version is reached all the same
              assertThat(((ScoreResult.Predicted) result).isBlank()).isTrue();
            });
  }

  @Test
  void oneBadRowCostsTheOthersNothing() {
    Function<FeatureRow, float[]> failsOnTwo =
        row -> {
          if (row.numbers()[0] == 2) {
            throw new IllegalArgumentException("bad row");
          }
          return new float[] {1, 0, 0};
        };
    var slots = new ModelSlots(model(failsOnTwo));

    List<ScoreResult> results =
        Predictor.predict(slots, List.of(task("set", 1), task("set", 2), task("set", 3)));

    assertThat(results)
        .extracting(result -> ((ScoreResult.Predicted) result).isBlank())
        .containsExactly(false, true, false);
  }

  @Test
  void aModelThatIsAwayIsWorthAnotherTry() {
    ScoreResult result =
        predict(
            row -> {
              throw new ModelUnavailableException("away");
            },
            1);

    assertThat(outcome(result)).isEqualTo(Outcome.UNAVAILABLE);
  }

  @Test
  void theFallbackAnswersForAModelThatIsAwayOrFails() {
    Scripted fallback = Scripted.of("fallback", row -> new float[] {0, 0, 1});
    List<Function<FeatureRow, float[]>> failures =
        List.of(
            row -> {
              throw new ModelUnavailableException("away");
            },
            row -> {
              throw new IllegalStateException("broken");
            },
            row -> new float[] {Float.NaN, 0, 0});

    assertThat(failures)
        .allSatisfy(
            failure -> {
              var slots = new ModelSlots(Scripted.of("1", failure).withFallback(fallback));
              var result =
                  (ScoreResult.Predicted)
                      Predictor.predict(slots, List.of(task("set", 1))).getFirst();
              assertThat(result.model().version()).isEqualTo("fallback");
              assertThat(result.ranked().getFirst().getLabel()).isEqualTo("c");
            });
  }

  private static ScoreResult predict(Function<FeatureRow, float[]> scores, double number) {
    return Predictor.predict(new ModelSlots(model(scores)), List.of(task("set", number)))
        .getFirst();
  }

  private static Outcome outcome(ScoreResult result) {
    return ((ScoreResult.NotStored) result).answer().outcome();
  }

  private static ScoreTask.Score task(String featureSet, double number) {
    var row =
        new FeatureRow(featureSet, new double[] {number}, new @Nullable String[0], new TokenBag[0]);
    return new ScoreTask.Score("u", null, new Position(0, 0, 1), 0, 0, row, List.of(), Map.of());
  }

  private static Scripted model(Function<FeatureRow, float[]> scores) {
    return Scripted.of("1", scores);
  }
}
