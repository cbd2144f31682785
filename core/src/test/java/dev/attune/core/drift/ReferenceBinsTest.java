package dev.attune.core.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.scoring.Divergence;
import dev.attune.core.scoring.ModelManifest.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceBinsTest {
  private static final int ROWS = 20_000;

  @ParameterizedTest
  @CsvSource({"500, 0.05", "20000, 0.01"})
  void valuesThatLieCloseEverywhereFallIntoTenths(int rows, double within) {
    for (int seed = 0; seed < 50; seed++) {
      for (DoubleUnaryOperator shape :
          List.<DoubleUnaryOperator>of(x -> x, Math::exp, x -> 1_000 + x)) {
        Reference reference = reference(Arrays.copyOf(values(seed, shape), rows));

        assertThat(reference.shares())
            .hasSize(10)
            .allSatisfy(s -> assertThat(s).isCloseTo(0.1, within(within)));
        assertThat(reference.edges()).isSorted();
      }
    }
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

  @Test
  void oneEventMoreMovesADecayedCount() {
    Reference reference = reference(values(2, random -> decayed(random, 0.7)));

    double[] more = values(3, random -> decayed(random, 0.7) + 1);
    double[] moreOfAThird =
        values(3, random -> decayed(random, 0.7) + (Math.abs(random * 1e6) % 3 < 1 ? 1 : 0));

    assertThat(index(reference, more)).isGreaterThan(0.25);
    assertThat(index(reference, moreOfAThird)).isBetween(0.02, 0.1);
  }

  @Test
  void oneValueAloneHasOneBin() {
    assertThat(reference(new double[] {7, 7, 7}).edges()).isEmpty();
    assertThat(reference(new double[] {Double.NaN}).shares()).containsExactly(0.0);
    assertThat(reference(new double[] {7, 7, Double.NaN, 8}).missing()).isEqualTo(0.25);
  }

  /** However few they are, since all the others are the same. */
  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.04, 0.08, 0.3})
  void valuesBesideManyEqualOnesHaveTheirEdge(double others) {
    DoubleUnaryOperator rare =
        random -> Math.abs(random * 1e5) % 1 < others ? Math.exp(2 * random) : 0;
    Reference reference = reference(values(4, rare));
    double[] half = values(5, random -> random > 0 ? Math.exp(2 * random) : 0);

    assertThat(reference.shares().getFirst()).isCloseTo(1 - others, within(0.02));
    assertThat(index(reference, half)).isGreaterThan(others < 0.2 ? 0.25 : 0.1);
  }

  /** What lies far off does not make those who are near each other alike. */
  @Test
  void aShiftAmongSmallValuesIsSeenBesideAFewGiants() {
    Reference reference = reference(mixed(6, 0));

    assertThat(index(reference, mixed(7, 0))).isLessThan(0.01);
    assertThat(index(reference, mixed(7, 5))).isGreaterThan(0.25);
  }

  /** Four fifths from `from` to 10, the others a million. */
  private static double[] mixed(long seed, double from) {
    return values(
        seed,
        random -> {
          double uniform = Math.abs(random * 1e5) % 1;
          return uniform > 0.8 ? 1e6 : from + uniform / 0.8 * (10 - from);
        });
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
