package dev.attune.core.feature;

import org.jspecify.annotations.Nullable;

/** What one event tells one accumulator. Mutable and reused within one event. */
final class Observation {
  /** Numbers are kept in millionths, so that sums don't depend on the order of their terms. */
  static final double MICRO = 1e-6;

  /** Larger magnitudes are cut, so that a sum of thousands of them still fits 64 bits. */
  static final double LARGEST = 1e9;

  long time;
  int order;
  long newest;
  long micros;
  String text = "";
  TokenBag bag = TokenBag.EMPTY;
  int tag;

  /** False when the number is missing. */
  boolean number(double value) {
    if (Double.isNaN(value)) {
      return false;
    }
    micros = Math.round(Math.clamp(value, -LARGEST, LARGEST) / MICRO);
    return true;
  }

  /** False when the text is missing. */
  boolean text(@Nullable String value) {
    if (value == null || value.isEmpty()) {
      return false;
    }
    text = value;
    return true;
  }
}
