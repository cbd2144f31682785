package dev.attune.bench.http;

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
  public double perSecond() {
    return answered / (took.toNanos() / 1e9);
  }

  public double millis(double percentile) {
    return latencyNanos.getValueAtPercentile(percentile) / 1e6;
  }
}
