package dev.attune.inference.drift;

import dev.attune.core.scoring.Divergence;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelManifest.Reference;
import dev.attune.inference.drift.AgeProfile.Series;
import dev.attune.inference.drift.DriftReport.AgeDrift;
import dev.attune.inference.drift.DriftReport.Drift;
import dev.attune.inference.drift.DriftReport.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A distribution beside its reference, age by age.
 *
 * <pre>
 * shares      of the bins, and of missing values as one bin more
 * rows        1 / (1/n + 1/m), n and m independent rows now and in training
 * compared    when rows ≥ 99 % quantile of χ²(bins − 1) / 0.1,
 *             and the ages inside the bucket are those of training: index of the ages below 0.1
 * index       mean of the compared ages' indices, by their rows
 * </pre>
 *
 * The index of two samples of the same population is χ²(bins − 1) / rows ({@link Divergence}). So
 * one that did not move is called stable in 99 of 100 cases from the first comparison on: with ten
 * bins, as ages have them, from 217 rows on.
 *
 * <p>Right after a start a bucket holds only its youngest users. They are no sample of it, however
 * many they are; hence the second condition.
 */
final class Comparison {
  private static final double MOVED = 0.1;
  private static final double DRIFTED = 0.25;

  /** With fewer in training than this times what is needed, no number of rows now would do. */
  private static final double SPARE = 1.25;

  private Comparison() {}

  static Drift of(String name, List<AgeProfile> ages, long tile) {
    List<AgeDrift> all = new ArrayList<>();
    for (AgeProfile age : ages) {
      Series series = age.series(name);
      if (series != null) {
        all.add(age(age, series, tile));
      }
    }
    List<AgeDrift> compared =
        all.stream().filter(age -> age.populationStability() != null).toList();
    Double index = mean(compared, AgeDrift::populationStability);
    return new Drift(
        name,
        index == null ? uncompared(all) : level(index),
        index,
        mean(compared, AgeDrift::jensenShannon),
        orZero(mean(all, AgeDrift::missing)),
        orZero(mean(all, AgeDrift::referenceMissing)),
        Math.round(all.stream().mapToDouble(age -> age.rows() * (1 - age.missing())).sum()),
        all);
  }

  private static Level uncompared(List<AgeDrift> ages) {
    boolean early = ages.stream().anyMatch(age -> age.level() == Level.TOO_EARLY);
    return early ? Level.TOO_EARLY : Level.NO_REFERENCE;
  }

  private static Level level(double index) {
    return index < MOVED ? Level.STABLE : index < DRIFTED ? Level.MOVED : Level.DRIFTED;
  }

  private static AgeDrift age(AgeProfile age, Series series, long tile) {
    Reference reference = series.reference();
    long[] counts = series.histogram().counts(tile);
    double[] expected = withMissing(reference);
    double[] actual = shares(counts);
    double independent = age.independent(reference.feature(), tile);
    Ages ages = ages(age, tile);
    double needed = Math.max(ages.needed(), Divergence.rowsNeeded(filled(expected, actual), MOVED));
    double rows = Divergence.rows(independent, reference.rows());
    boolean early = rows < needed || ages.index() >= MOVED;
    double index = Divergence.ofSamples(expected, actual, Math.max(rows, 1));
    Level level = early ? Level.TOO_EARLY : level(index);
    if (reference.rows() < SPARE * needed) {
      level = Level.NO_REFERENCE;
    }
    boolean compared = level.compareTo(Level.STABLE) >= 0;
    long to = age.bucket().toMillis();
    return new AgeDrift(
        age.bucket().fromMillis() / 1_000,
        age.bucket().isOpenEnded() ? null : to / 1_000,
        level,
        compared ? index : null,
        compared ? Divergence.jensenShannon(expected, actual) : null,
        Arrays.stream(counts).sum(),
        Math.round(independent),
        level == Level.NO_REFERENCE
            ? null
            : (long) Math.ceil(1 / (1 / needed - 1 / reference.rows())),
        actual[actual.length - 1],
        reference.missing(),
        reference.edges(),
        reference.values(),
        ofPresent(counts),
        reference.shares());
  }

  /**
   * The ages inside a bucket beside those of training.
   *
   * @param needed from how many rows on they can be compared
   */
  private record Ages(double index, double needed) {}

  private static Ages ages(AgeProfile age, long tile) {
    Series ages = age.series(ModelManifest.AGE);
    if (ages == null) {
      return new Ages(0, 0);
    }
    double[] expected = withMissing(ages.reference());
    double[] actual = shares(ages.histogram().counts(tile));
    double rows =
        Divergence.rows(age.independent(ModelManifest.AGE, tile), ages.reference().rows());
    return new Ages(
        Divergence.ofSamples(expected, actual, Math.max(rows, 1)),
        Divergence.rowsNeeded(filled(expected, actual), MOVED));
  }

  private static double[] withMissing(Reference reference) {
    int bins = reference.shares().size();
    double[] shares = new double[bins + 1];
    for (int i = 0; i < bins; i++) {
      shares[i] = reference.shares().get(i) * (1 - reference.missing());
    }
    shares[bins] = reference.missing();
    return shares;
  }

  private static double[] shares(long[] counts) {
    double all = Math.max(1, Arrays.stream(counts).sum());
    return Arrays.stream(counts).mapToDouble(count -> count / all).toArray();
  }

  private static List<Double> ofPresent(long[] counts) {
    return Arrays.stream(shares(Arrays.copyOf(counts, counts.length - 1))).boxed().toList();
  }

  private static int filled(double[] expected, double[] actual) {
    int bins = 0;
    for (int i = 0; i < expected.length; i++) {
      bins += expected[i] > 0 || actual[i] > 0 ? 1 : 0;
    }
    return bins;
  }

  private static @Nullable Double mean(
      List<AgeDrift> ages, Function<AgeDrift, @Nullable Double> value) {
    double sum = 0;
    double rows = 0;
    for (AgeDrift age : ages) {
      sum += age.rows() * Objects.requireNonNull(value.apply(age));
      rows += age.rows();
    }
    return rows == 0 ? null : sum / rows;
  }

  private static double orZero(@Nullable Double value) {
    return value == null ? 0 : value;
  }
}
