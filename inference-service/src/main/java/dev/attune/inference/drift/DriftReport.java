package dev.attune.inference.drift;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The drift of the window.
 *
 * @param modelVersion whose training is the reference; null while no model with references is live
 * @param window how far back it looks, ISO 8601
 * @param rows rows looked at by this instance, which reads its share of the partitions
 * @param rowsWithoutAge of them, rows of users whose first event is not known; they are left out
 */
public record DriftReport(
    @Nullable String modelVersion,
    String window,
    long rows,
    long rowsWithoutAge,
    List<Drift> features,
    @Nullable Drift prediction,
    @Nullable Drift confidence) {
  /** How worrying a population stability index is, by custom. */
  public enum Level {
    /** The training has too few users of this age, or the bundle has no reference by age. */
    NO_REFERENCE,
    /** Too few users of an age that the training knows, or not yet those of the whole age. */
    TOO_EARLY,
    /** Below 0.1. */
    STABLE,
    /** From 0.1: worth a look. */
    MOVED,
    /** From 0.25: the model was trained for something else. */
    DRIFTED
  }

  /**
   * A feature, or what the model says. The indices are means over the ages that are compared, by
   * their rows; null while none is.
   *
   * @param missing share of rows without a value
   * @param values rows with one
   * @param ages youngest first
   */
  public record Drift(
      String name,
      Level level,
      @Nullable Double populationStability,
      @Nullable Double jensenShannon,
      double missing,
      double referenceMissing,
      long values,
      List<AgeDrift> ages) {}

  /**
   * Users of one age beside the training's users of that age.
   *
   * @param fromSeconds the least age, which is the time since the user's first event
   * @param toSeconds the least age of the next; null: no end
   * @param independentRows how many rows count: rows of one user are alike
   * @param rowsNeeded from how many on they are compared; null: the training has too few
   * @param shares of the reference's bins, for numbers by {@code edges}, else by {@code labels}
   */
  public record AgeDrift(
      long fromSeconds,
      @Nullable Long toSeconds,
      Level level,
      @Nullable Double populationStability,
      @Nullable Double jensenShannon,
      long rows,
      long independentRows,
      @Nullable Long rowsNeeded,
      double missing,
      double referenceMissing,
      @Nullable List<Double> edges,
      @Nullable List<String> labels,
      List<Double> shares,
      List<Double> referenceShares) {}
}
