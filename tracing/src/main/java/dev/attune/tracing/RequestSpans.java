package dev.attune.tracing;

import org.jspecify.annotations.Nullable;

/**
 * The spans of requests that a service answers past Spring's server. Whether one is sampled is
 * decided when it begins; what is not sampled is kept in mind until it ends, for it may be slow or
 * fail. Thread-safe.
 */
public final class RequestSpans {
  /** Where no traces are exported. */
  public static final RequestSpans OFF = new RequestSpans(Tracing.OFF);

  private final Tracing tracing;

  RequestSpans(Tracing tracing) {
    this.tracing = tracing;
  }

  public boolean isOn() {
    return tracing.isOn();
  }

  /**
   * Begins with a {@code POST}.
   *
   * @param path of few values: no ids
   * @param traceparent the caller's, if it sent one
   */
  public RequestSpan begin(String path, @Nullable String traceparent) {
    return isOn()
        ? new RequestSpan(path, tracing.edge("http post " + path, traceparent))
        : RequestSpan.NONE;
  }
}
