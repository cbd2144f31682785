package dev.attune.training.quality;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events of the last days beside all before them.
 *
 * @param from the oldest event; null when there is none
 * @param to the newest
 * @param since when the last days began
 * @param sdks by name and version
 * @param fields by path, such as {@code message_sent.text}
 */
public record QualityReport(
    @Nullable Instant from,
    @Nullable Instant to,
    Instant since,
    List<Sdk> sdks,
    List<Field> fields) {
  /** Of fewer events nothing is concluded. */
  private static final int FEWEST = 100;

  /** Smaller changes are told in the table, but not called changed. */
  private static final double LEAST_CHANGE = 0.1;

  /** Beyond chance: one of a thousand fields that stayed as they were. */
  private static final double LEAST_Z = 3.29;

  /** So many of all. */
  public record Share(long part, long all) {
    /** From 0 to 1; NaN of none. */
    public double value() {
      return (double) part / all;
    }

    /** By ten points of a hundred or more, and beyond chance (a two-proportion z-test). */
    boolean differsFrom(Share other) {
      double apart = value() - other.value();
      double pooled = (double) (part + other.part) / (all + other.all);
      double error = Math.sqrt(pooled * (1 - pooled) * (1.0 / all + 1.0 / other.all));
      return Math.min(all, other.all) >= FEWEST
          && Math.abs(apart) >= LEAST_CHANGE
          && Math.abs(apart) > LEAST_Z * error;
    }
  }

  /**
   * What one version of an SDK sent.
   *
   * @param name as {@code context.sdk} tells it; empty when it was not told
   * @param before rejected of all
   * @param lately the same of the last days
   */
  public record Sdk(String name, Share before, Share lately) {
    public boolean isChanged() {
      return lately.differsFrom(before);
    }
  }

  /**
   * One field of the events whose type has it.
   *
   * @param before filled of all
   * @param lately the same of the last days
   * @param newest when it was filled last; null: never
   * @param unseen values of the last days that none before had, with their events; of texts with at
   *     most 50 values
   */
  public record Field(
      String name, Share before, Share lately, @Nullable Instant newest, Map<String, Long> unseen) {
    public boolean isChanged() {
      return lately.differsFrom(before);
    }
  }
}
