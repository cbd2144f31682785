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

/** Records what Spring's own server answered late or 5xx, where nobody sampled the trace. */
final class RequestTailSampling implements ObservationHandler<Observation.Context> {
  private static final String REQUESTS = "http.server.requests";

  /** They are answered 503 until a service is ready, which is no failure. */
  private static final String PROBES = "/actuator";

  private final Tracing tracing;

  RequestTailSampling(Tracing tracing) {
    this.tracing = tracing;
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
    record(context, begun);
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

  private void record(Observation.Context context, Begun begun) {
    Duration took = Duration.ofNanos(System.nanoTime() - begun.nanos());
    boolean failed = tag(context, "status").startsWith("5");
    if (!tracing.isKept(took, failed)) {
      return;
    }
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
