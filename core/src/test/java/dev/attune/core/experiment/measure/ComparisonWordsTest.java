package dev.attune.core.experiment.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.measure.ExperimentReport.Comparison;
import dev.attune.core.experiment.measure.ExperimentReport.OneLook;
import dev.attune.core.experiment.measure.ExperimentReport.Value;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.experiment.statistics.Interval;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the product owner reads. */
class ComparisonWordsTest {
  private static final double ALPHA = 0.05;
  private static final Interval BELOW = new Interval(-0.03, -0.01);

  @Test
  void sharesAreToldInPercentAndTheirDifferencesInPoints() {
    ComparisonWords words = words(Metric.Kind.ANY, 0.12, 0.1);

    assertThat(words.of(comparison(-0.02, BELOW, 0.001), 0.01))
        .isEqualTo(
            "`b`: 10.00 % against 12.00 %, a difference of -2.00 points. Chance does not explain"
                + " it, however often you looked; the true difference lies in -3.00 points to"
                + " -1.00 points. A test planned for one look would say so, too.");
  }

  @Test
  void otherValuesAreToldInFourDigits() {
    ComparisonWords words = words(Metric.Kind.SUM, 999.96, 1_234.5);

    assertThat(words.of(comparison(234.54, new Interval(-0.5, 1_000), 0.6), 0.7))
        .isEqualTo(
            "`b`: 1235 against 1000, a difference of +234.5. Chance may explain it: looked at any"
                + " time, the true difference may be anything from -0.5000 to +1000. A test planned"
                + " for one look would not show a difference either (p = 0.60).");
  }

  /** The case that the sentence is for: a peek that would have been called a find. */
  @Test
  void warnsWhereOnlyATestForOneLookWouldFindIt() {
    ComparisonWords words = words(Metric.Kind.SUM, 5, 4);

    assertThat(words.of(comparison(-1, new Interval(-2.5, 0), 0.04), 0.3))
        .isEqualTo(
            "`b`: 4.000 against 5.000, a difference of -1.000. Chance may explain it: looked at"
                + " any time, the true difference may be anything from -2.500 to 0.000. A test"
                + " planned for one look, exactly now, would have called it a difference (p ="
                + " 0.040). Don't read it so if you looked before: with every further look chance"
                + " gets another try.");
  }

  /** p = α is a find here as in the report's status. */
  @Test
  void aPValueOfExactlyAlphaShowsADifference() {
    ComparisonWords words = words(Metric.Kind.SUM, 5, 4);

    assertThat(words.of(comparison(-1, BELOW, ALPHA), ALPHA))
        .contains("Chance does not explain it")
        .endsWith("would say so, too.");
    assertThat(words.of(comparison(-1, BELOW, ALPHA), 0.051))
        .contains("Chance may explain it")
        .contains("would have called it a difference (p = 0.050)");
    assertThat(words.of(comparison(-1, BELOW, 0.051), 0.051))
        .endsWith("would not show a difference either (p = 0.051).");
  }

  /** Its interval leaves zero out, so that "may be anything from" would contradict itself. */
  @Test
  void saysThatSeveralComparisonsAreWhyADifferenceIsNotShown() {
    ComparisonWords words = words(Metric.Kind.SUM, 5, 4);

    assertThat(words.of(comparison(-1, BELOW, 0.001).corrected(ALPHA, ""), 0.1))
        .contains(
            "Taken alone it would be shown, however often you looked, with a true difference in"
                + " -0.03000 to -0.01000. But it is one of several, and among so many chance"
                + " may explain one.")
        .doesNotContain("may be anything");
    assertThat(words.of(comparison(-1, BELOW, 0.001).corrected(0.051, ""), 0.1))
        .contains("Chance may explain it");
  }

  @Test
  void largeValuesLoseTheirDecimalsWhateverTheirSign() {
    ComparisonWords words = words(Metric.Kind.SUM, 5_000.4, 3_000.4);

    assertThat(words.of(comparison(-2_000, new Interval(-1_000.2, -999.9), 0.5), 0.5))
        .startsWith("`b`: 3000 against 5000, a difference of -2000.")
        .contains("from -1000 to -999.9.");
  }

  @Test
  void ofAValueThatIsNotKnownNoneIsMadeUp() {
    Metric metric = metric(Metric.Kind.SUM);
    var words =
        new ComparisonWords(
            metric, ALPHA, List.of(new Value("a", 0, null, false), new Value("c", 0, 7.0, false)));

    assertThat(words.of(comparison(1, BELOW, 0.5), 0.5)).startsWith("`b`: NaN against NaN,");
  }

  private static ComparisonWords words(Metric.Kind kind, double control, double treatment) {
    return new ComparisonWords(
        metric(kind),
        ALPHA,
        List.of(new Value("a", 100, control, false), new Value("b", 100, treatment, false)));
  }

  private static Metric metric(Metric.Kind kind) {
    return new Metric(
        "m",
        kind,
        Duration.ofDays(1),
        true,
        Duration.ZERO,
        0.5,
        null,
        null,
        Metric.Unit.NUMBER,
        null);
  }

  private static Comparison comparison(double difference, Interval interval, double once) {
    return new Comparison(
        "b", difference, interval, null, null, 1, 1, null, new OneLook(interval, once), "");
  }
}
