package dev.attune.core.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.scoring.Divergence;
import dev.attune.core.scoring.ModelManifest.Reference;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ReferenceBinsTest {
  private static final int ROWS = 20_000;

  /** Values that lie close together are in about ten bins of equal shares. */
  @Test
  void continuousValuesFallIntoTenths() {
    Reference reference = reference(values(1, random -> Math.exp(random)));

    assertThat(reference.shares()).hasSize(10).allSatisfy(s -> assertThat(s).isBetween(0.05, 0.15));
    assertThat(reference.edges()).isSorted();
  }

  @Test
  void numbersOfThingsHaveAnEdgeBetweenTwoOfThem() {
    Reference reference =
        reference(DoubleStream.iterate(0, i -> i < 1_000, i -> i + 1).map(i -> i % 4).toArray());

    assertThat(reference.edges()).containsExactly(0.5, 1.5, 2.5);
    assertThat(reference.shares()).containsExactly(0.25, 0.25, 0.25, 0.25);
  }

  /** The same events, each step some tenths of a second slower. */
  @Test
  void secondsThatMeanNothingMoveNoDecayedCount() {
    Reference reference = reference(values(2, random -> decayed(random, 0.7)));

    double[] slower = values(3, random -> decayed(random, 0.9));

    assertThat(index(reference, slower)).isLessThan(0.01);
  }

  /** One event more in every third row is seen. */
  @Test
  void oneEventMoreMovesADecayedCount() {
    Reference reference = reference(values(2, random -> decayed(random, 0.7)));

    double[] more = values(3, random -> decayed(random, 0.7) + 1);

    assertThat(index(reference, more)).isGreaterThan(0.25);
  }

  @Test
  void oneValueAloneHasOneBin() {
    assertThat(reference(new double[] {7, 7, 7}).edges()).isEmpty();
    assertThat(reference(new double[] {Double.NaN}).shares()).containsExactly(0.0);
    assertThat(reference(new double[] {7, 7, Double.NaN, 8}).missing())
        .isCloseTo(0.25, within(0.0));
  }

  /** A rare other value is beside the nine tenths that are the same. */
  @Test
  void fewValuesBesideManyEqualOnesHaveTheirEdge() {
    double[] values = new double[100];
    for (int i = 93; i < 100; i++) {
      values[i] = 5;
    }

    assertThat(reference(values).edges()).containsExactly(2.5);
  }

  /** Up to eight events of a visit, each worth half after two hours. */
  private static double decayed(double random, double secondsAStep) {
    int events = 1 + (int) Math.abs(random * 4) % 8;
    double sum = 0;
    for (int i = 0; i < events; i++) {
      double age = i * secondsAStep * (1 + 0.3 * Math.sin(random * 1e4));
      sum += Math.pow(2, -age / 7_200);
    }
    return sum;
  }

  private static double[] values(long seed, DoubleUnaryOperator of) {
    var random = new SplittableRandom(seed);
    return DoubleStream.generate(random::nextGaussian).limit(ROWS).map(of).toArray();
  }

  private static Reference reference(double[] values) {
    return ReferenceBins.numbers("x", values, values.length);
  }

  private static double index(Reference reference, double[] values) {
    double[] actual = new double[reference.shares().size()];
    for (double value : values) {
      actual[ReferenceBins.bin(reference, value)] += 1.0 / values.length;
    }
    double[] expected = reference.shares().stream().mapToDouble(Double::doubleValue).toArray();
    return Divergence.populationStability(expected, actual);
  }
}
