package dev.attune.http;

import dev.attune.tracing.Tracing;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.handler.TracingObservationHandler.TracingContext;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What Spring's server observes of each request, for those that it does not see: a span in the
 * caller's trace where traces are exported, and nothing where the observation is not enabled.
 */
final class RequestObservation {
  private final Observation observation;

  private RequestObservation(Observation observation) {
    this.observation = observation;
  }

  /** Begins with a {@code POST} to a path. */
  static RequestObservation start(ObservationRegistry registry, String path, HttpHeaders headers) {
    Observation observation =
        Observation.createNotStarted(
                "http.server.requests",
                () -> {
                  var context = new ReceiverContext<HttpHeaders>(HttpHeaders::get, Kind.SERVER);
                  context.setCarrier(headers);
                  context.setContextualName("http post " + path);
                  return context;
                },
                registry)
            .lowCardinalityKeyValue("method", "POST")
            .lowCardinalityKeyValue("uri", path)
            .start();
    carryOn(observation.getContext().get(TracingContext.class), headers);
    return new RequestObservation(observation);
  }

  /** What reads the headers from now on continues this request's span in place of the caller's. */
  private static void carryOn(@Nullable TracingContext traced, HttpHeaders headers) {
    Span span = traced == null ? null : traced.getSpan();
    if (span == null) {
      return;
    }
    TraceContext context = span.context();
    if (Boolean.TRUE.equals(context.sampled())) {
      headers.set(Tracing.HEADER, "00-" + context.traceId() + "-" + context.spanId() + "-01");
    } else {
      headers.remove(Tracing.HEADER);
    }
  }

  void stop(int status) {
    observation.lowCardinalityKeyValue("status", Integer.toString(status)).stop();
  }
}
