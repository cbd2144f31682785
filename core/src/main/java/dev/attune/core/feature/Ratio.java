package dev.attune.core.feature;

import dev.attune.core.feature.Feature.NumberReading;

/** One number over another; missing when the divisor is zero or either is missing. */
record Ratio(int numerator, int denominator, double otherwise) implements NumberReading {

  @Override
  public double read(Reads reads, double[] numbers) {
    reads.neverHolds();
    double divisor = numbers[denominator];
    double value = divisor == 0 ? Double.NaN : numbers[numerator] / divisor;
    return Double.isNaN(value) ? otherwise : value;
  }
}
