package dev.attune.tracing;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Continues traces. Whether one is recorded was decided where it began, by the gateway or by its
 * caller: without a {@code traceparent} that says "sampled" nothing is made, nothing is kept.
 * Thread-safe.
 */
public final class Tracing {
  /** The name of W3C's header, in HTTP and on Kafka's records. */
  public static final String HEADER = "traceparent";

  /** Where no traces are exported. */
  public static final Tracing OFF = new Tracing(null);

  private final @Nullable Tracer tracer;

  private Tracing(@Nullable Tracer tracer) {
    this.tracer = tracer;
  }

  public static Tracing with(Tracer tracer) {
    return new Tracing(tracer);
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
   * Begins a request's span.
   *
   * @param name of few values: no ids
   * @param parent the caller's {@code traceparent}, which decides whether there is a span; where it
   *     is absent or malformed a trace may begin, as the sampler says
   */
  TraceSpan request(String name, @Nullable String parent) {
    if (tracer == null) {
      return TraceSpan.NONE;
    }
    return Traceparent.parse(parent).isValid()
        ? begin(name, SpanKind.SERVER, parent)
        : RecordedSpan.root(tracer, name, SpanKind.SERVER);
  }

  /**
   * A span of what is worth a look though nobody sampled its trace, once that is known.
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
