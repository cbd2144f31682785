package dev.attune.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A span of OpenTelemetry's. Its parent is always said: no thread has a current one. */
final class RecordedSpan implements TraceSpan {
  private final Tracer tracer;
  private final Span span;
  private final String header;

  private RecordedSpan(Tracer tracer, Span span) {
    this.tracer = tracer;
    this.span = span;
    this.header = Traceparent.of(span.getSpanContext());
  }

  static RecordedSpan begin(Tracer tracer, String name, SpanKind kind, SpanContext parent) {
    Span begun =
        tracer
            .spanBuilder(name)
            .setSpanKind(kind)
            .setParent(Context.root().with(Span.wrap(parent)))
            .startSpan();
    return new RecordedSpan(tracer, begun);
  }

  /** Begins a trace, if the sampler wants it. */
  static TraceSpan root(Tracer tracer, String name, SpanKind kind) {
    Span begun = tracer.spanBuilder(name).setSpanKind(kind).setNoParent().startSpan();
    return begun.getSpanContext().isSampled() ? new RecordedSpan(tracer, begun) : TraceSpan.NONE;
  }

  /**
   * @param parent invalid: it has none
   */
  static RecordedSpan late(
      Tracer tracer, String name, SpanKind kind, SpanContext parent, Instant began) {
    Context before = Context.root();
    Span begun =
        tracer
            .spanBuilder(name)
            .setSpanKind(kind)
            .setParent(parent.isValid() ? before.with(Span.wrap(parent)) : before)
            .setStartTimestamp(began)
            .setAttribute(LateSpanSampler.LATE, true)
            .startSpan();
    return new RecordedSpan(tracer, begun);
  }

  @Override
  public String header() {
    return header;
  }

  @Override
  public TraceSpan child(String name, SpanKind kind) {
    return begin(tracer, name, kind, span.getSpanContext());
  }

  /** A span within this one that began in the past. */
  RecordedSpan child(String name, SpanKind kind, Instant began) {
    Span begun =
        tracer
            .spanBuilder(name)
            .setSpanKind(kind)
            .setParent(Context.root().with(span))
            .setStartTimestamp(began)
            .startSpan();
    return new RecordedSpan(tracer, begun);
  }

  @Override
  public TraceSpan link(@Nullable String header) {
    SpanContext other = Traceparent.parse(header);
    if (other.isValid()) {
      span.addLink(other);
    }
    return this;
  }

  @Override
  public TraceSpan tag(String name, String value) {
    span.setAttribute(name, value);
    return this;
  }

  @Override
  public TraceSpan tag(String name, long value) {
    span.setAttribute(name, value);
    return this;
  }

  @Override
  public TraceSpan failed(String why) {
    span.setStatus(StatusCode.ERROR, why);
    return this;
  }

  @Override
  public void end() {
    span.end();
  }

  void end(Instant at) {
    span.end(at);
  }
}
