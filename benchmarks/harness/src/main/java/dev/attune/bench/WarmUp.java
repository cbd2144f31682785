package dev.attune.bench;

import java.util.function.DoubleSupplier;

/**
 * Loads a server until it no longer gets faster: on two processors the optimising compiler comes
 * late, and a service with more code than what it is compared with would be measured half compiled.
 */
public final class WarmUp {
  private static final int FEWEST_PHASES = 3;
  private static final int MOST_PHASES = 10;

  /** A phase this much faster than the best before it says that compiling goes on. */
  private static final double STILL_FASTER = 1.05;

  private WarmUp() {}

  /**
   * Ends after two phases in a row that were not faster than the best before them.
   *
   * @param phase runs the load for a while; its rate, the more the faster
   * @return the number of phases, at most 10
   */
  public static int run(DoubleSupplier phase) {
    double best = 0;
    int steady = 0;
    int phases = 0;
    while (phases < MOST_PHASES && (phases < FEWEST_PHASES || steady < 2)) {
      double rate = phase.getAsDouble();
      steady = rate > best * STILL_FASTER ? 0 : steady + 1;
      best = Math.max(best, rate);
      phases++;
    }
    return phases;
  }
}
