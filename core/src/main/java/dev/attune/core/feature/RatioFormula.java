package dev.attune.core.feature;

import dev.attune.core.feature.Feature.NumberFormula;

/** One number over another; missing when the divisor is zero or either is missing. */
record RatioFormula(int numerator, int denominator, double otherwise) implements NumberFormula {
  @Override
  public double read(ReadContext context, double[] numbers) {
    context.neverHolds();
    double divisor = numbers[denominator];
    double value = divisor == 0 ? Double.NaN : numbers[numerator] / divisor;
    return Double.isNaN(value) ? otherwise : value;
  }
}
