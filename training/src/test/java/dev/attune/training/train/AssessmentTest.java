package dev.attune.training.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AssessmentTest {
  private static final List<String> LABELS = List.of("a", "b", "c");

  @Test
  void aConfusionMatrixCountsWhatWasHeldForWhat() {
    ConfusionMatrix matrix =
        ConfusionMatrix.of(
            List.of(
                scored("a", 0.6f, 0.3f, 0.1f),
                scored("a", 0.1f, 0.8f, 0.1f),
                scored("b", 0.1f, 0.8f, 0.1f),
                scored("unknown", 1, 0, 0)),
            LABELS);

    assertThat(matrix.counts()).isDeepEqualTo(new int[][] {{1, 1, 0}, {0, 1, 0}, {0, 0, 0}});
    assertThat(matrix.recall(0)).isEqualTo(0.5);
    assertThat(matrix.precision(0)).isEqualTo(1);
    assertThat(matrix.precision(1)).isEqualTo(0.5);
    assertThat(matrix.recall(2)).isNaN();
    assertThat(matrix.precision(2)).isNaN();
    assertThat(matrix.leastRecall()).as("no label has enough rows").isNaN();
  }

  @Test
  void aLabelsFiguresComeWithTheirIntervals() {
    List<Scored> scored = new ArrayList<>();
    for (int user = 0; user < 100; user++) {
      float right = user % 4 == 0 ? 0.2f : 0.7f;
      scored.add(by("u" + user, user % 2 == 0 ? "a" : "b", right));
    }

    LabelFigures figures = LabelFigures.of(scored, LABELS, 0);

    // half of 50 rows are found, with a standard error of 0.0714
    assertThat(figures.recall().mean()).isEqualTo(0.5);
    assertThat(figures.recall().margin()).isCloseTo(1.96 * 0.0714, within(1e-3));
    assertThat(LabelFigures.text(figures.recall())).isEqualTo("50.0 % ± 14.0");
    assertThat(LabelFigures.text(LabelFigures.of(scored, LABELS, 2).recall())).isEqualTo("–");
  }

  /** Of two rows of the one user as of one. */
  @Test
  void aCalibrationErrorsIntervalHoldsTheErrorOfManyMore() {
    List<Scored> few = calibrated(400);
    List<Scored> twice = new ArrayList<>(few);
    twice.addAll(few);

    CalibrationInterval interval = CalibrationInterval.of(few, LABELS);

    double ofMany = CalibrationCurve.of(calibrated(40_000), LABELS).error();
    assertThat(ofMany).isCloseTo(0.1, within(0.02));
    assertThat(interval.low()).isBetween(0.01, ofMany);
    assertThat(interval.high()).isBetween(ofMany, 0.2);
    CalibrationInterval same = CalibrationInterval.of(twice, LABELS);
    assertThat(same.high() - same.low())
        .as("rows of a user are one")
        .isCloseTo(interval.high() - interval.low(), within(0.02));
  }

  /** It says 0.7, and 0.6 is right. */
  private static List<Scored> calibrated(int rows) {
    java.util.Random random = new java.util.Random(5);
    List<Scored> scored = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      scored.add(by("u" + i, random.nextDouble() < 0.6 ? "a" : "b", 0.7f));
    }
    return scored;
  }

  private static Scored by(String user, String label, float probabilityOfA) {
    return new Scored(
        example(user, 0, 0).withLabel(label), new float[] {probabilityOfA, 1 - probabilityOfA, 0});
  }

  @Test
  void aLabelThatIsNeverSaidIsTheLeastRecall() {
    List<Scored> scored = new ArrayList<>();
    for (int i = 0; i < ConfusionMatrix.LEAST_ROWS; i++) {
      scored.add(scored("a", 0.6f, 0.3f, 0.1f));
      scored.add(scored("b", 0.6f, 0.3f, 0.1f));
    }
    scored.add(scored("c", 0.6f, 0.3f, 0.1f));

    assertThat(ConfusionMatrix.of(scored, LABELS).leastRecall()).isZero();
  }

  /** Beside a label that comes twice as often it may never be the likeliest, and yet be known. */
  @Test
  void onlyLabelsThatComeHalfAsOftenAsTheMostFrequentMustBeFound() {
    assertThat(frequentRecall(100, 50)).isZero();
    assertThat(frequentRecall(100, 49)).as("b is too rare").isEqualTo(1);
    assertThat(frequentRecall(31, 30)).isZero();
    assertThat(frequentRecall(30, 29)).as("b has too few rows").isEqualTo(1);
    assertThat(frequentRecall(29, 29)).as("both have too few").isNaN();
  }

  /** All rows are held for a. */
  private static double frequentRecall(int rowsOfA, int rowsOfB) {
    List<Scored> scored = new ArrayList<>(Collections.nCopies(rowsOfA, scored("a", 0.6f, 0.4f, 0)));
    scored.addAll(Collections.nCopies(rowsOfB, scored("b", 0.6f, 0.4f, 0)));
    return ConfusionMatrix.of(scored, LABELS).frequentRecall();
  }

  @Test
  void anOlderRowWhoseLabelCameLaterIsOnNeitherSide() {
    Example known = example("u", 1, 2);
    Example toldLater = example("u", 3, 10);
    Example newer = example("u", 5, 10);
    Example newest = example("u", 9, 10);

    TimeSplit split = TimeSplit.of(List.of(known, toldLater, newer, newest), 0.5);

    assertThat(split.older()).containsExactly(known);
    assertThat(split.newer()).containsExactly(newer, newest);
  }

  @Test
  void labelsDealtAnewKeepTheirNumbersAndStayOneATelling() {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      examples.add(example("u" + i / 2, i, 100 + i / 2).withLabel(LABELS.get(i / 2 % 3)));
    }

    List<Example> dealt = LeakageCheck.dealtAmong(examples);

    for (int i = 0; i < 60; i += 2) {
      assertThat(dealt.get(i).label()).isEqualTo(dealt.get(i + 1).label());
    }
    assertThat(dealt.stream().filter(e -> e.label().equals("a")).count()).isEqualTo(20);
    assertThat(dealt).isNotEqualTo(examples).isEqualTo(LeakageCheck.dealtAmong(examples));
  }

  @Test
  void whoIsRightWithLabelsDealtAnewIsCaught() {
    assertThat(new LeakageCheck(0.34, 0.33, 400).verdict(4).whyNot()).isEmpty();
    assertThat(new LeakageCheck(0.42, 0.33, 400).verdict(4).whyNot()).isEmpty();
    assertThat(new LeakageCheck(0.43, 0.33, 400).verdict(4).whyNot())
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .isEqualTo(
                        "a column knows the label: dealt at random, labels are predicted with 43.0 %, where saying the most frequent one gives 33.0 %"));
  }

  @Test
  void howManyStandardErrorsItMayBeRightMoreOftenIsDeclared() {
    // half of 400 is more by 7.2 standard errors of 33 %
    assertThat(new LeakageCheck(0.5, 0.33, 400).verdict(7.1).whyNot()).isPresent();
    assertThat(new LeakageCheck(0.5, 0.33, 400).verdict(7.3).whyNot()).isEmpty();
  }

  @Test
  void howMuchWorseHarmsNobodyIsDeclared() {
    var comparison = new LiveComparison("1", 400, 0.5, 0.4, 0.8, 0.7, -0.05, -0.07, -0.03);

    assertThat(comparison.sinceTraining(0.02).whyNot())
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .isEqualTo(
                        "of 400 rows since its training it is right on 40.0 %, live 1 on 50.0 %: its log loss is surely higher, +0.050, 95 % interval +0.030 to +0.070"));
    assertThat(comparison.sinceTraining(0.03).whyNot()).isEmpty();
  }

  @Test
  void theGreatestOfEqualProbabilitiesIsTheFirst() {
    assertThat(scored("a", 0.4f, 0.4f, 0.2f).likeliest()).isZero();
    assertThat(scored("a", 0.1f, 0.2f, 0.7f).confidence()).isCloseTo(0.7, within(1e-6));
  }

  private static Scored scored(String label, float... probabilities) {
    return new Scored(example("u", 0, 0).withLabel(label), probabilities);
  }

  private static Example example(String user, long time, long knownAt) {
    FeatureRow row = new FeatureRow("f", new double[0], new @Nullable String[0], new TokenBag[0]);
    return new Example(user, "message_sent", time, 0, row, "a", knownAt, knownAt, null);
  }
}
