package dev.attune.tracing;

import org.jspecify.annotations.Nullable;

/**
 * The spans of requests that a service answers past Spring's server. Whether one is sampled is
 * decided when it begins; what is not sampled costs little more than that decision. Thread-safe.
 */
public final class RequestSpans {
  /** Where no traces are exported. */
  public static final RequestSpans OFF = new RequestSpans(TailSampling.OFF);

  private final TailSampling late;

  RequestSpans(TailSampling late) {
    this.late = late;
  }

  public boolean isOn() {
    return late.tracing().isOn();
  }

  /**
   * Begins with a {@code POST}.
   *
   * @param path of few values: no ids
   * @param traceparent the caller's, if it sent one
   */
  public RequestSpan begin(String path, @Nullable String traceparent) {
    if (!isOn()) {
      return RequestSpan.NONE;
    }
    String name = "http post " + path;
    return new RequestSpan(
        late, name, path, traceparent, late.tracing().request(name, traceparent));
  }
}
