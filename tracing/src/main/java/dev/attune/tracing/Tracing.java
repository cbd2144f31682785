package dev.attune.tracing;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Continues traces. Whether one is recorded was decided where it began, by the gateway or by its
 * caller: without a {@code traceparent} that says "sampled" nothing is recorded, but for {@link
 * #request requests} that were slow or failed. Of those it is what this service did, in the
 * caller's trace if the caller named one; what others did is not known any more. Thread-safe.
 */
public final class Tracing {
  /** The name of W3C's header, in HTTP and on Kafka's records. */
  public static final String HEADER = "traceparent";

  /** Where no traces are exported. */
  public static final Tracing OFF = new Tracing(null, Duration.ZERO);

  private final @Nullable Tracer tracer;
  private final Duration slow;

  private Tracing(@Nullable Tracer tracer, Duration slow) {
    this.tracer = tracer;
    this.slow = slow;
  }

  /**
   * @param slow from which time on a request is recorded whatever the sampling
   */
  public static Tracing with(Tracer tracer, Duration slow) {
    return new Tracing(tracer, slow);
  }

  public boolean isOn() {
    return tracer != null;
  }

  /**
   * Begins a span in the trace of a header.
   *
   * @param name of few values: no ids
   * @param parent {@code traceparent}; absent, empty, malformed or not sampled: no span
   */
  public TraceSpan begin(String name, SpanKind kind, @Nullable String parent) {
    if (tracer == null || parent == null) {
      return TraceSpan.NONE;
    }
    SpanContext context = Traceparent.parse(parent);
    return context.isValid() && context.isSampled()
        ? RecordedSpan.begin(tracer, name, kind, context)
        : TraceSpan.NONE;
  }

  /**
   * Begins the span of a request in the trace of a header. Where that one is not recorded, the span
   * is if it ends late or {@link TraceSpan#failed failed}, with those within it.
   *
   * @param name of few values: no ids
   * @param parent {@code traceparent}; absent, empty or malformed: the span begins a trace
   */
  public TraceSpan request(String name, SpanKind kind, @Nullable String parent) {
    TraceSpan sampled = begin(name, kind, parent);
    return sampled.isTraced() || tracer == null ? sampled : noted(name, kind, parent);
  }

  /**
   * The same for who may begin traces.
   *
   * @param parent the caller's {@code traceparent}, which decides whether the trace is recorded;
   *     where it is absent or malformed the sampler does
   */
  TraceSpan edge(String name, @Nullable String parent) {
    if (tracer == null || Traceparent.parse(parent).isValid()) {
      return request(name, SpanKind.SERVER, parent);
    }
    TraceSpan sampled = RecordedSpan.root(tracer, name, SpanKind.SERVER);
    return sampled.isTraced() ? sampled : noted(name, SpanKind.SERVER, parent);
  }

  private NotedSpan noted(String name, SpanKind kind, @Nullable String parent) {
    return new NotedSpan(name, kind, span -> keep(span, parent));
  }

  private void keep(NotedSpan noted, @Nullable String parent) {
    if (tracer != null && isKept(noted.took(), noted.hasFailed())) {
      noted.record(
          RecordedSpan.late(
              tracer, noted.name(), noted.kind(), Traceparent.parse(parent), noted.began()));
    }
  }

  /** Whether a request that has ended is worth a span though nobody sampled its trace. */
  boolean isKept(Duration took, boolean failed) {
    return failed || took.compareTo(slow) >= 0;
  }

  /**
   * A span of such a request.
   *
   * @param parent the caller's {@code traceparent}, sampled or not; else it begins a trace
   * @param began in the past
   */
  TraceSpan late(String name, SpanKind kind, @Nullable String parent, Instant began) {
    return tracer == null
        ? TraceSpan.NONE
        : RecordedSpan.late(tracer, name, kind, Traceparent.parse(parent), began);
  }
}
