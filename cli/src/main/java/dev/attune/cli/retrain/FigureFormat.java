package dev.attune.cli.retrain;

import java.time.Duration;

/** Figures as people say them. */
final class FigureFormat {
  private FigureFormat() {}

  static String share(long part, long all) {
    return percent(all == 0 ? 0 : (double) part / all);
  }

  static String percent(double share) {
    return "%.1f %%".formatted(100 * share);
  }

  static String of(Duration time) {
    if (time.toDays() > 1) {
      return time.toDays() + " days";
    }
    if (time.toHours() > 1) {
      return time.toHours() + " hours";
    }
    return time.toMinutes() > 1 ? time.toMinutes() + " minutes" : time.toSeconds() + " seconds";
  }
}
