package dev.attune.sdk;

import java.util.Set;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Tells the application's listener of each failure, and the log of what a person must fix: once for
 * each status until it is over.
 */
final class FailureReport {
  private static final Logger log = Logger.getLogger(FailureReport.class.getName());

  /** As 5xx, these pass by themselves. */
  private static final Set<Integer> PASSING = Set.of(408, 425, 429);

  private final Consumer<Failure> listener;
  private final String url;
  private final String warning;
  private volatile int warnedOf;

  /**
   * @param url that answers
   * @param warning logged, with the URL in place of {0} and the status in place of {1}
   */
  FailureReport(Consumer<Failure> listener, String url, String warning) {
    this.listener = listener;
    this.url = url;
    this.warning = warning;
  }

  /** A listener's own trouble must not stop the sending. */
  void tell(Failure failure) {
    try {
      listener.accept(failure);
    } catch (RuntimeException e) {
      log.log(Level.FINE, "a listener of failures failed", e);
    }
  }

  /** The same, of an answer with this status that the whole request got. */
  void tell(Failure failure, int status) {
    tell(failure);
    if (status != warnedOf && status < 500 && !PASSING.contains(status)) {
      warnedOf = status;
      log.log(Level.WARNING, warning, new Object[] {url, status});
    }
  }

  void isOver() {
    warnedOf = 0;
  }
}
