package dev.attune.core.experiment.statistics;

/** From low to high, both included. */
public record Interval(double low, double high) {
  static Interval around(double middle, double halfWidth) {
    return new Interval(middle - halfWidth, middle + halfWidth);
  }

  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  /** True when zero, no effect, is not in it. */
  public boolean excludesZero() {
    return low > 0 || high < 0;
  }

  public double halfWidth() {
    return (high - low) / 2;
  }
}
