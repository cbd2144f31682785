package dev.attune.core.experiment.measure;

import java.util.Optional;

/**
 * A part of an experiment's users, by what was known of them at the first exposure. Its sums are
 * kept like an experiment's, under an id of their own. No experiment has such an id: theirs can't
 * contain a slash.
 *
 * @param dimension {@link #CHANNEL} or {@link #SEGMENT}
 * @param value which channel or segment; empty: the channel isn't known, or the user is in no
 *     segment
 */
public record ExperimentSlice(String dimension, String value) {
  public static final String CHANNEL = "channel";
  public static final String SEGMENT = "segment";

  private static final char SLASH = '/';

  /** Under which the slice's sums are kept. */
  public String idIn(String experiment) {
    return prefix(experiment, dimension) + value;
  }

  /**
   * @param id of sums
   * @return the value of a slice of that experiment and dimension; empty: the sums are of something
   *     else
   */
  public static Optional<String> valueOf(String id, String experiment, String dimension) {
    String prefix = prefix(experiment, dimension);
    return id.startsWith(prefix) ? Optional.of(id.substring(prefix.length())) : Optional.empty();
  }

  /** Whether the sums of that id are those of a slice of some experiment. */
  public static boolean isOne(String id) {
    return id.indexOf(SLASH) >= 0;
  }

  private static String prefix(String experiment, String dimension) {
    return experiment + SLASH + dimension + SLASH;
  }
}
