package dev.attune.cli.replay;

import dev.attune.training.UserFault;
import java.time.Duration;

/**
 * How fast history passes.
 *
 * @param factor times real time; infinite for as fast as possible
 */
public record ReplaySpeed(double factor) {
  public static ReplaySpeed parse(String text) {
    if (text.equals("max")) {
      return new ReplaySpeed(Double.POSITIVE_INFINITY);
    }
    try {
      if (text.endsWith("x")) {
        double factor = Double.parseDouble(text.substring(0, text.length() - 1));
        if (factor > 0 && Double.isFinite(factor)) {
          return new ReplaySpeed(factor);
        }
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new UserFault("--speed is max, or times real time such as 1x or 60x.");
  }

  /** When something so long after the start of history is due, after the start of the replay. */
  Duration due(long historyMillis) {
    return Double.isInfinite(factor)
        ? Duration.ZERO
        : Duration.ofMillis(Math.round(historyMillis / factor));
  }
}
