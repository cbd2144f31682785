package dev.attune.tracing;

import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which requests leave a span though nobody sampled their traces: those that were slow or were
 * answered 5xx. What other services did for them is not known any more: it is this service's span
 * alone, in the caller's trace if the caller named one.
 *
 * @param slow from which time on a request is recorded
 */
record TailSampling(Tracing tracing, Duration slow) {
  /** Where no traces are exported. */
  static final TailSampling OFF = new TailSampling(Tracing.OFF, Duration.ZERO);

  static boolean isFailure(int status) {
    return status >= 500;
  }

  /**
   * Begins the span of a request that has ended; nothing where it is not worth one.
   *
   * @param traceparent the caller's, if it sent one
   */
  TraceSpan begin(String name, @Nullable String traceparent, Duration took, boolean failed) {
    return failed || took.compareTo(slow) >= 0
        ? tracing.late(name, SpanKind.SERVER, traceparent, Instant.now().minus(took))
        : TraceSpan.NONE;
  }

  static void end(TraceSpan span, boolean failed) {
    if (failed) {
      span.failed("5xx");
    }
    span.end();
  }
}
