package dev.attune.core.experiment.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against the sorted values themselves. */
class LogHistogramTest {
  private final double[] values = new double[199];
  private final LogHistogram sketch = new LogHistogram();

  LogHistogramTest() {
    var random = new SplittableRandom(6);
    Arrays.setAll(values, i -> i < 20 ? 0 : Math.exp(5 * random.nextGaussian()));
    for (double value : values) {
      sketch.add(value);
    }
    Arrays.sort(values);
  }

  @Test
  void aBucketsValueIsWithinOnePercentOfWhatIsInIt() {
    for (double value = 1e-3; value < 1e9; value *= 1.0037) {
      double stands = LogHistogram.value(LogHistogram.bucket(value));
      assertThat(stands).isCloseTo(value, within(0.01 * value));
    }
  }

  @Test
  void whatIsBelowAThousandthIsZero() {
    assertThat(LogHistogram.bucket(0.000_99)).isEqualTo(LogHistogram.ZERO);
    assertThat(LogHistogram.bucket(0)).isEqualTo(LogHistogram.ZERO);
    assertThat(LogHistogram.bucket(0.001)).isNotEqualTo(LogHistogram.ZERO);
    assertThat(LogHistogram.value(LogHistogram.ZERO)).isZero();
  }

  /** The value that a share q does not exceed is the one of rank ⌈q·n⌉, the first one for q = 0. */
  @Test
  void quantilesAreRanksOfTheSortedValues() {
    int n = values.length;
    for (int rank = 1; rank <= n; rank++) {
      assertThat(sketch.quantile((rank - 0.5) / n)).isEqualTo(bucketed(rank));
    }
    assertThat(sketch.quantile(0)).isEqualTo(bucketed(1));
    assertThat(sketch.quantile(-1)).isEqualTo(bucketed(1));
    assertThat(sketch.quantile(1)).isEqualTo(bucketed(n));
    assertThat(sketch.quantile(2)).isEqualTo(bucketed(n));
    assertThat(new LogHistogram().quantile(0.5)).isNaN();
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
    assertThat(median.value()).isEqualTo(bucketed(100));
    assertThat(Math.sqrt(median.variance())).isCloseTo((high - low) / (2 * z), within(1e-9 * high));
  }
}
