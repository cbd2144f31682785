package dev.attune.bench.http;

import dev.attune.bench.BenchmarkException;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * What a load brought.
 *
 * @param answered requests with a 2xx
 * @param failed requests with another status
 * @param latencyNanos of those answered
 */
public record LoadResult(long answered, long failed, Duration took, Histogram latencyNanos) {
  /** This, where no request was refused. */
  public LoadResult complete() {
    if (failed > 0) {
      throw new BenchmarkException(
          "%d of %d requests were refused: a figure would mean nothing."
              .formatted(failed, answered + failed));
    }
    return this;
  }

  public double perSecond() {
    return answered / (took.toNanos() / 1e9);
  }

  public double millis(double percentile) {
    return latencyNanos.getValueAtPercentile(percentile) / 1e6;
  }
}
