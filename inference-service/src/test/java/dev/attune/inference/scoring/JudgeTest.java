package dev.attune.inference.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import dev.attune.inference.model.ModelUnavailableException;
import dev.attune.inference.model.Slots;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.grpc.Outcome;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JudgeTest {

  @Test
  void ranksTheHighestProbabilityFirst() {
    Judgement judgement = judge(row -> new float[] {0.2f, 0.7f, 0.1f}, 1);

    assertThat(((Judgement.Predicted) judgement).ranked())
        .extracting(LabelProbability::getLabel)
        .containsExactly("b", "a", "c");
  }

  @Test
  void withoutAModelNothingIsStored() {
    List<Judgement> judgements = Judge.judge(Slots.EMPTY, List.of(task("set", 1)));

    assertThat(outcome(judgements.getFirst())).isEqualTo(Outcome.NO_MODEL);
  }

  @Test
  void refusesRowsOfAnotherFeatureSet() {
    var slots = new Slots(model(row -> new float[] {1, 0, 0}));

    List<Judgement> judgements = Judge.judge(slots, List.of(task("another", 1), task("set", 1)));

    assertThat(outcome(judgements.getFirst())).isEqualTo(Outcome.REFUSED);
    assertThat(judgements.getLast()).isInstanceOf(Judgement.Predicted.class);
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
              Judgement judgement = judge(row -> answer, 1);
              // the event's version is reached all the same
              assertThat(((Judgement.Predicted) judgement).isBlank()).isTrue();
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
    var slots = new Slots(model(failsOnTwo));

    List<Judgement> judgements =
        Judge.judge(slots, List.of(task("set", 1), task("set", 2), task("set", 3)));

    assertThat(judgements)
        .extracting(judgement -> ((Judgement.Predicted) judgement).isBlank())
        .containsExactly(false, true, false);
  }

  @Test
  void aModelThatIsAwayIsWorthAnotherTry() {
    Judgement judgement =
        judge(
            row -> {
              throw new ModelUnavailableException("away");
            },
            1);

    assertThat(outcome(judgement)).isEqualTo(Outcome.UNAVAILABLE);
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
              var slots = new Slots(Scripted.of("1", failure).withFallback(fallback));
              var judgement =
                  (Judgement.Predicted) Judge.judge(slots, List.of(task("set", 1))).getFirst();
              assertThat(judgement.model().version()).isEqualTo("fallback");
              assertThat(judgement.ranked().getFirst().getLabel()).isEqualTo("c");
            });
  }

  private static Judgement judge(Function<FeatureRow, float[]> scores, double number) {
    return Judge.judge(new Slots(model(scores)), List.of(task("set", number))).getFirst();
  }

  private static Outcome outcome(Judgement judgement) {
    return ((Judgement.Settled) judgement).answer().outcome();
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
