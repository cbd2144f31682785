package dev.attune.inference.drift;

import dev.attune.core.scoring.Divergence;
import dev.attune.core.scoring.ModelManifest.Reference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The drift of the window.
 *
 * @param modelVersion whose training is the reference; null while no model with references is live
 * @param window how far back it looks, ISO 8601
 * @param rows rows looked at by this instance, which reads its share of the partitions
 */
public record DriftReport(
    @Nullable String modelVersion,
    String window,
    long rows,
    List<Drift> features,
    @Nullable Drift prediction,
    @Nullable Drift confidence) {
  /** How worrying a population stability index is, by custom. */
  public enum Level {
    /** Too few values to tell. */
    UNKNOWN,
    /** Below 0.1. */
    STABLE,
    /** From 0.1: worth a look. */
    MOVED,
    /** From 0.25: the model was trained for something else. */
    DRIFTED
  }

  /**
   * One distribution beside its reference; both divergences are null while {@code level} is
   * unknown.
   *
   * @param missing share of rows without a value
   * @param shares of the reference's bins, for numbers by {@code edges}, else by {@code values}
   */
  public record Drift(
      String name,
      Level level,
      @Nullable Double populationStability,
      @Nullable Double jensenShannon,
      double missing,
      double referenceMissing,
      long values,
      @Nullable List<Double> edges,
      @Nullable List<String> labels,
      List<Double> shares,
      List<Double> referenceShares) {
    /** Below this the index of no drift at all is above what counts as moved. */
    static final int LEAST_VALUES = 200;

    static Drift of(Reference reference, long[] counts) {
      int bins = counts.length - 1;
      long present = 0;
      for (int i = 0; i < bins; i++) {
        present += counts[i];
      }
      double[] actual = new double[bins];
      for (int i = 0; i < bins; i++) {
        actual[i] = present == 0 ? 0 : counts[i] / (double) present;
      }
      double[] expected = reference.shares().stream().mapToDouble(Double::doubleValue).toArray();
      boolean enough = present >= LEAST_VALUES;
      double index = Divergence.populationStability(expected, actual);
      long all = present + counts[bins];
      return new Drift(
          reference.feature(),
          enough ? level(index) : Level.UNKNOWN,
          enough ? index : null,
          enough ? Divergence.jensenShannon(expected, actual) : null,
          all == 0 ? 0 : counts[bins] / (double) all,
          reference.missing(),
          present,
          reference.edges(),
          reference.values(),
          java.util.Arrays.stream(actual).boxed().toList(),
          reference.shares());
    }

    private static Level level(double index) {
      return index < 0.1 ? Level.STABLE : index < 0.25 ? Level.MOVED : Level.DRIFTED;
    }
  }
}
