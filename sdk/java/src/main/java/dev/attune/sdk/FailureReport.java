package dev.attune.sdk;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Tells the application's listener of each failure, and the log of what a person must fix: once for
 * each status and each class of exception until it is over.
 */
final class FailureReport {
  private static final Logger log = Logger.getLogger(FailureReport.class.getName());

  /** As 5xx, these pass by themselves. */
  private static final Set<Integer> PASSING = Set.of(408, 425, 429);

  private final Consumer<Failure> listener;
  private final String url;
  private final String warning;
  private final Set<Object> warnedOf = ConcurrentHashMap.newKeySet();

  /**
   * @param url that answers
   * @param warning logged, with the URL in place of {0} and what is wrong in place of {1}
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
    if (status < 500 && !PASSING.contains(status)) {
      warn(status, "it answers " + status);
    }
  }

  /** The same, where no answer came: a mistyped host and a broken connection look alike. */
  void tell(Failure failure, Exception thrown) {
    tell(failure);
    warn(thrown.getClass(), Failure.words(thrown));
  }

  private void warn(Object cause, String says) {
    if (warnedOf.add(cause)) {
      log.log(Level.WARNING, warning, new Object[] {url, says});
    }
  }

  void isOver() {
    warnedOf.clear();
  }
}
