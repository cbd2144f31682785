package dev.attune.http;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.ReceiverContext;
import io.netty.handler.codec.http.HttpHeaders;

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
    return new RequestObservation(
        Observation.createNotStarted(
                "http.server.requests",
                () -> {
                  var context = new ReceiverContext<HttpHeaders>(HttpHeaders::get);
                  context.setCarrier(headers);
                  context.setContextualName("http post " + path);
                  return context;
                },
                registry)
            .lowCardinalityKeyValue("method", "POST")
            .lowCardinalityKeyValue("uri", path)
            .start());
  }

  void stop(int status) {
    observation.lowCardinalityKeyValue("status", Integer.toString(status)).stop();
  }
}
