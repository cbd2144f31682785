package dev.attune.core.expression;

/**
 * Numbers between two ends; an open end is not itself inside. NaN, a missing number, is in none.
 */
record NumberRange(double low, boolean lowOpen, double high, boolean highOpen) {
  static final NumberRange ALL =
      new NumberRange(Double.NEGATIVE_INFINITY, false, Double.POSITIVE_INFINITY, false);

  /**
   * What {@code x <operator> bound} leaves of x.
   *
   * @param operator one of CEL's {@code _<_ _<=_ _>_ _>=_}
   */
  static NumberRange of(String operator, double bound) {
    return switch (operator) {
      case "_<_" -> new NumberRange(ALL.low, false, bound, true);
      case "_<=_" -> new NumberRange(ALL.low, false, bound, false);
      case "_>_" -> new NumberRange(bound, true, ALL.high, false);
      case "_>=_" -> new NumberRange(bound, false, ALL.high, false);
      default -> throw new IllegalArgumentException(operator);
    };
  }

  boolean contains(double number) {
    return (lowOpen ? number > low : number >= low) && (highOpen ? number < high : number <= high);
  }

  boolean isEmpty() {
    return low > high || (low == high && (lowOpen || highOpen));
  }

  NumberRange and(NumberRange other) {
    boolean lower = low > other.low || (low == other.low && lowOpen);
    boolean upper = high < other.high || (high == other.high && highOpen);
    return new NumberRange(
        lower ? low : other.low,
        lower ? lowOpen : other.lowOpen,
        upper ? high : other.high,
        upper ? highOpen : other.highOpen);
  }

  boolean isWithin(NumberRange other) {
    return and(other).equals(this);
  }
}
