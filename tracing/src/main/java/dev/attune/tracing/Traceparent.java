package dev.attune.tracing;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import org.jspecify.annotations.Nullable;

/**
 * W3C Trace Context's header in its version 00: {@code 00-<trace id>-<span id>-<flags>}, in lower
 * case hex of 16, 8 and 1 bytes, neither id all zeros.
 */
final class Traceparent {
  private static final int TRACE = 3;
  private static final int SPAN = 36;
  private static final int FLAGS = 53;
  private static final int LENGTH = 55;

  private Traceparent() {}

  /** What is absent, malformed, or of another version gives an invalid context. */
  static SpanContext parse(@Nullable String header) {
    if (header == null
        || header.length() != LENGTH
        || !header.startsWith("00-")
        || header.charAt(SPAN - 1) != '-'
        || header.charAt(FLAGS - 1) != '-'
        || !isHex(header.charAt(FLAGS))
        || !isHex(header.charAt(FLAGS + 1))) {
      return SpanContext.getInvalid();
    }
    // checks the ids itself
    return SpanContext.createFromRemoteParent(
        header.substring(TRACE, SPAN - 1),
        header.substring(SPAN, FLAGS - 1),
        TraceFlags.fromHex(header, FLAGS),
        TraceState.getDefault());
  }

  private static boolean isHex(char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
  }

  /** Of headers that {@link #of} made; null is of none. */
  static boolean isOfOneTrace(@Nullable String one, @Nullable String other) {
    return one != null && other != null && one.regionMatches(0, other, 0, SPAN);
  }

  static String of(SpanContext context) {
    return "00-"
        + context.getTraceId()
        + '-'
        + context.getSpanId()
        + '-'
        + context.getTraceFlags().asHex();
  }
}
