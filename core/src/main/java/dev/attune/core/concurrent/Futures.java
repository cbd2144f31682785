package dev.attune.core.concurrent;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Results that somebody else is to give. */
public final class Futures {
  private Futures() {}

  /**
   * A result within a limit; one that is given up is cancelled. So an HTTP answer has a limit for
   * its body, too: the JDK's own limit of a request ends with the answer's head (JDK-8208693, until
   * 26).
   *
   * @throws IOException when there is a failure in place of a result
   * @throws TimeoutException when there is neither in time
   */
  public static <T> T within(CompletableFuture<T> future, Duration limit)
      throws IOException, TimeoutException, InterruptedException {
    try {
      return future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } finally {
      var unused = future.cancel(true); // does nothing to one that is there
    }
  }
}
