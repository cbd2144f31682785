package dev.attune.tracing;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Records the spans of requests to Spring's own server that {@link TailSampling} keeps. */
final class RequestTailSampling implements ObservationHandler<Observation.Context> {
  private static final String REQUESTS = "http.server.requests";

  /** They are answered 503 until a service is ready, which is no failure. */
  private static final String PROBES = "/actuator";

  private final TailSampling late;

  RequestTailSampling(TailSampling late) {
    this.late = late;
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
    String name = Objects.requireNonNullElse(context.getContextualName(), REQUESTS);
    Duration took = Duration.ofNanos(System.nanoTime() - begun.nanos());
    boolean failed = tag(context, "status").startsWith("5");
    TraceSpan span = late.begin(name, begun.traceparent(), took, failed);
    context.getLowCardinalityKeyValues().forEach(tag -> span.tag(tag.getKey(), tag.getValue()));
    TailSampling.end(span, failed);
  }
}
