package dev.attune.tracing;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records the span of each request that was slow or was answered 5xx, though nobody sampled its
 * trace. What other services did for it is not known any more: it is this service's span alone, in
 * the caller's trace if the caller named one.
 */
final class RequestTailSampling implements ObservationHandler<Observation.Context> {
  private static final String REQUESTS = "http.server.requests";

  /** They are answered 503 until a service is ready, which is no failure. */
  private static final String PROBES = "/actuator";

  private final Tracing tracing;
  private final Duration slow;

  /**
   * @param slow from which time on a request is recorded
   */
  RequestTailSampling(Tracing tracing, Duration slow) {
    this.tracing = tracing;
    this.slow = slow;
  }

  /** What is known of a request when it begins. */
  private record Begun(long nanos, @Nullable String traceparent) {}

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof ReceiverContext;
  }

  @Override
  public void onStart(Observation.Context context) {
    if (context instanceof ReceiverContext<?> received) {
      context.put(Begun.class, new Begun(System.nanoTime(), traceparent(received)));
    }
  }

  private static <C> @Nullable String traceparent(ReceiverContext<C> received) {
    C carrier = received.getCarrier();
    return carrier == null ? null : received.getGetter().get(carrier, Tracing.HEADER);
  }

  @Override
  public void onStop(Observation.Context context) {
    Begun begun = context.get(Begun.class);
    if (begun == null
        || !REQUESTS.equals(context.getName())
        || tag(context, "uri").startsWith(PROBES)
        || isSampled(context)) {
      return;
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begun.nanos());
    boolean failed = tag(context, "status").startsWith("5");
    if (failed || took.compareTo(slow) >= 0) {
      record(context, begun, took, failed);
    }
  }

  private static String tag(Observation.Context context, String name) {
    KeyValue tag = context.getLowCardinalityKeyValue(name);
    return tag == null ? "" : tag.getValue();
  }

  private static boolean isSampled(Observation.Context context) {
    TracingContext traced = context.get(TracingContext.class);
    Span span = traced == null ? null : traced.getSpan();
    return span != null && Boolean.TRUE.equals(span.context().sampled());
  }

  private void record(Observation.Context context, Begun begun, Duration took, boolean failed) {
    String name = Objects.requireNonNullElse(context.getContextualName(), REQUESTS);
    TraceSpan span =
        tracing.late(name, SpanKind.SERVER, begun.traceparent(), Instant.now().minus(took));
    context.getLowCardinalityKeyValues().forEach(tag -> span.tag(tag.getKey(), tag.getValue()));
    if (failed) {
      span.failed("5xx");
    }
    span.end();
  }
}
