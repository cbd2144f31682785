package dev.attune.tracing;

import org.jspecify.annotations.Nullable;

/**
 * One request over HTTP, from its head to its answer.
 *
 * @param span for what is done within it
 */
public record RequestSpan(String path, TraceSpan span) {
  /** Where no traces are exported. */
  static final RequestSpan NONE = new RequestSpan("", TraceSpan.NONE);

  static boolean isFailure(int status) {
    return status >= 500;
  }

  /** A {@code traceparent} for what continues this request; null where it is not sampled. */
  public @Nullable String header() {
    return span.header();
  }

  /** Ends with its answer. */
  public void end(int status) {
    span.tag("method", "POST").tag("uri", path).tag("status", Integer.toString(status));
    if (isFailure(status)) {
      span.failed("5xx");
    }
    span.end();
  }
}
