package dev.attune.tracing;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One request, from its head to its answer. */
public final class RequestSpan {
  /** Where no traces are exported. */
  static final RequestSpan NONE = new RequestSpan(TailSampling.OFF, "", "", null, TraceSpan.NONE);

  private final TailSampling late;
  private final String name;
  private final String path;
  private final @Nullable String traceparent;
  private final TraceSpan sampled;
  private final long begun = System.nanoTime();

  RequestSpan(
      TailSampling late,
      String name,
      String path,
      @Nullable String traceparent,
      TraceSpan sampled) {
    this.late = late;
    this.name = name;
    this.path = path;
    this.traceparent = traceparent;
    this.sampled = sampled;
  }

  /** A {@code traceparent} for what continues this request; null where it is not sampled. */
  public @Nullable String header() {
    return sampled.header();
  }

  /** Ends with its answer. */
  public void end(int status) {
    boolean failed = TailSampling.isFailure(status);
    TraceSpan span = sampled.isTraced() ? sampled : late(failed);
    span.tag("method", "POST").tag("uri", path).tag("status", Integer.toString(status));
    TailSampling.end(span, failed);
  }

  private TraceSpan late(boolean failed) {
    return late.begin(name, traceparent, Duration.ofNanos(System.nanoTime() - begun), failed);
  }
}
