package dev.attune.console.curves;

/** A point for tests: of one place. */
record Temperature(long at, String place, double degrees) implements CurvePoint<Temperature> {
  static Temperature at(long at) {
    return new Temperature(at, "roof", 20.25);
  }

  @Override
  public boolean goesOn(Temperature earlier) {
    return place.equals(earlier.place);
  }
}
