package dev.attune.console.curves;

/**
 * What was known at one time. A record that Jackson writes and reads.
 *
 * @param <P> itself
 */
public interface CurvePoint<P extends CurvePoint<P>> {
  /** In epoch seconds. */
  long at();

  /** Whether it goes on what an earlier point was about. Otherwise the curve begins anew. */
  default boolean goesOn(P earlier) {
    return true;
  }
}
