package dev.attune.tracing;

import io.opentelemetry.api.trace.SpanKind;
import org.jspecify.annotations.Nullable;

/** What one service does of a trace, from its begin to its end. May be used on any thread. */
public interface TraceSpan {
  /** Of what is not traced. */
  TraceSpan NONE = new Untraced();

  /** What makes another's span this one's child: a {@code traceparent}; null when not traced. */
  @Nullable String header();

  /** A span within this one. */
  TraceSpan child(String name, SpanKind kind);

  /**
   * Points to another trace that this work is for as well.
   *
   * @param header {@code traceparent}; what is absent or malformed is passed over
   */
  TraceSpan link(@Nullable String header);

  /** Says more of it, in few values: no ids, no texts of users. */
  TraceSpan tag(String name, String value);

  TraceSpan tag(String name, long value);

  /**
   * It did not succeed.
   *
   * @param why of few values
   */
  TraceSpan failed(String why);

  void end();

  /** Whether anything is recorded. */
  default boolean isTraced() {
    return header() != null;
  }

  /** Whether both are recorded, in one trace. */
  default boolean sharesTraceWith(TraceSpan other) {
    return Traceparent.isOfOneTrace(header(), other.header());
  }
}
