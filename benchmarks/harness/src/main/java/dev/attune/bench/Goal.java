package dev.attune.bench;

import java.util.Locale;

/** What a figure, or its ratio to the baseline, should at least or at most be. */
public record Goal(Subject subject, Bound bound, double limit) {
  /** What the limit is about. */
  public enum Subject {
    VALUE,
    RATIO
  }

  /** Which side is good. */
  public enum Bound {
    AT_LEAST,
    AT_MOST
  }

  public static Goal ratioAtLeast(double limit) {
    return new Goal(Subject.RATIO, Bound.AT_LEAST, limit);
  }

  public static Goal ratioAtMost(double limit) {
    return new Goal(Subject.RATIO, Bound.AT_MOST, limit);
  }

  public static Goal valueAtLeast(double limit) {
    return new Goal(Subject.VALUE, Bound.AT_LEAST, limit);
  }

  public static Goal valueAtMost(double limit) {
    return new Goal(Subject.VALUE, Bound.AT_MOST, limit);
  }

  /** Not a number never meets a goal. */
  boolean holds(Row row) {
    double measured =
        switch (subject) {
          case VALUE -> row.value();
          case RATIO -> row.ratio().orElse(Double.NaN);
        };
    return switch (bound) {
      case AT_LEAST -> measured >= limit;
      case AT_MOST -> measured <= limit;
    };
  }

  /** Such as {@code ≥ 60 %} of the baseline, or {@code ≤ 3 ms}. */
  public String text(String unit) {
    String sign = bound == Bound.AT_LEAST ? "≥ " : "≤ ";
    return switch (subject) {
      case VALUE -> sign + number(limit) + " " + unit;
      case RATIO -> sign + number(limit) + " ×";
    };
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.2f", value);
  }
}
