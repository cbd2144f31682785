package dev.attune.core.experiment.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Against the sorted values themselves. */
class LogHistogramTest {
  private final double[] values = new double[199];
  private final LogHistogram sketch = new LogHistogram();

  LogHistogramTest() {
    var random = new SplittableRandom(6);
    Arrays.setAll(
        values, i -> i < 20 ? 0 : (i < 60 ? -1 : 1) * Math.exp(5 * random.nextGaussian()));
    for (double value : values) {
      sketch.add(value);
    }
    Arrays.sort(values);
  }

  @Test
  void aBucketsValueIsWithinOnePercentOfWhatIsInIt() {
    for (double value = 1e-9; value < 1e15; value *= 1.0037) {
      double stands = LogHistogram.value(LogHistogram.bucket(value));
      assertThat(stands).isCloseTo(value, within(0.01 * value));
      assertThat(LogHistogram.value(LogHistogram.bucket(-value))).isEqualTo(-stands);
    }
    for (double large : new double[] {1e300, -1e300}) {
      double stands = LogHistogram.value(LogHistogram.bucket(large));
      assertThat(stands).isCloseTo(large, withinPercentage(1.001));
    }
  }

  @Test
  void whatIsNearerToZeroThanABillionthIsZero() {
    assertThat(LogHistogram.bucket(0.99e-9)).isEqualTo(LogHistogram.ZERO);
    assertThat(LogHistogram.bucket(0.1 + 0.2 - 0.3)).isEqualTo(LogHistogram.ZERO);
    assertThat(LogHistogram.bucket(-0.99e-9)).isEqualTo(LogHistogram.ZERO);
    assertThat(LogHistogram.bucket(0)).isEqualTo(LogHistogram.ZERO);
    assertThat(LogHistogram.bucket(1e-9)).isNotEqualTo(LogHistogram.ZERO);
    assertThat(LogHistogram.value(LogHistogram.ZERO)).isZero();
  }

  /** Within the bucket of the value of rank ⌈q·n⌉, the first one for q = 0. */
  @Test
  void quantilesAreRanksOfTheSortedValues() {
    int n = values.length;
    for (int rank = 1; rank <= n; rank++) {
      assertThat(sketch.quantile((rank - 0.5) / n)).satisfies(isOf(rank));
    }
    assertThat(sketch.quantile(0)).satisfies(isOf(1));
    assertThat(sketch.quantile(-1)).satisfies(isOf(1));
    assertThat(sketch.quantile(1)).satisfies(isOf(n));
    assertThat(sketch.quantile(2)).satisfies(isOf(n));
    assertThat(new LogHistogram().quantile(0.5)).isNaN();
  }

  private Consumer<Double> isOf(int rank) {
    return value -> assertThat(value).isCloseTo(bucketed(rank), withinPercentage(1.001));
  }

  /** So that each rank counts, however many values a bucket holds. */
  @Test
  void theShareNotAboveAQuantileIsThatOfTheQuantile() {
    LogHistogram narrow = new LogHistogram();
    for (int i = 0; i < 10_000; i++) {
      narrow.add(100 + i / 1_000.0);
    }

    for (double q = 0.013; q < 1; q += 0.037) {
      assertThat(narrow.share(narrow.quantile(q))).isCloseTo(q, within(1e-9));
      assertThat(narrow.quantile(q)).isCloseTo(100 + 10 * q, within(2.0));
      assertThat(narrow.quantile(q + 1e-3)).isGreaterThan(narrow.quantile(q));
    }
    assertThat(narrow.share(0)).isZero();
    assertThat(narrow.share(200)).isEqualTo(1);
    double zeros = Arrays.stream(values).filter(value -> value < 1e-9).count();
    assertThat(sketch.share(0)).isEqualTo(zeros / values.length);

    LogHistogram losses = new LogHistogram();
    for (int i = 0; i < 10_000; i++) {
      losses.add(-100 - i / 1_000.0);
    }
    for (double q = 0.013; q < 1; q += 0.037) {
      assertThat(losses.share(losses.quantile(q))).isCloseTo(q, within(1e-9));
      assertThat(losses.quantile(q)).isCloseTo(-110 + 10 * q, within(2.0));
    }
  }

  /** The variance is what makes a difference as unlikely as the ranks say. */
  @Test
  void ranksSayHowMuchADifferenceVaries() {
    LogHistogram low = new LogHistogram();
    LogHistogram high = new LogHistogram();
    low.addBucket(LogHistogram.ZERO, 520);
    low.addBucket(LogHistogram.bucket(8), 480);
    high.addBucket(LogHistogram.ZERO, 480);
    high.addBucket(LogHistogram.bucket(8), 520);

    double difference = high.quantile(0.5) - low.quantile(0.5);
    double standardErrors = 0.04 / Math.sqrt(0.25 * 2 / 1_000);

    assertThat(difference).isBetween(7.8, 8.2);
    assertThat(low.varianceOfDifference(high, 0.5))
        .isCloseTo(Math.pow(difference / standardErrors, 2), withinPercentage(1e-6));
    assertThat(low.varianceOfDifference(low, 0.5)).isZero();
  }

  private double bucketed(int rank) {
    return LogHistogram.value(LogHistogram.bucket(values[rank - 1]));
  }

  @Test
  void twoSketchesAddUpToOneOfAllValues() {
    LogHistogram first = new LogHistogram();
    LogHistogram second = new LogHistogram();
    for (int i = 0; i < values.length; i++) {
      (i % 3 == 0 ? first : second).add(values[i]);
    }

    first.add(second);

    assertThat(first.counts()).isEqualTo(sketch.counts());
    assertThat(first.armValue(0.7)).isEqualTo(sketch.armValue(0.7));
    assertThat(sketch.counts().values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(values.length);
  }

  /** Woodruff's error: half the distance of the quantiles at the ranks that chance leaves open. */
  @Test
  void anArmsErrorIsReadFromTheRanksThatTheBinomialLeavesOpen() {
    double z = 1.959963984540054;
    int n = values.length;
    double open = z * Math.sqrt(0.5 * 0.5 * n);
    double high = bucketed((int) Math.ceil(0.5 * n + open));
    double low = bucketed((int) Math.ceil(0.5 * n - open));

    ArmValue median = sketch.armValue(0.5);

    assertThat(median.users()).isEqualTo(n);
    assertThat(median.value()).satisfies(isOf(100));
    assertThat(Math.sqrt(median.variance()))
        .isCloseTo((high - low) / (2 * z), within(0.02 * high / (2 * z)));
  }
}
