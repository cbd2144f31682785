package dev.attune.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Requests as Spring and the edge observe them, where nothing is sampled by itself. */
class RequestTailSamplingTest {
  private static final Duration NEVER = Duration.ofHours(1);

  private final InMemorySpanExporter exported = InMemorySpanExporter.create();
  private final Tracer tracer =
      SdkTracerProvider.builder()
          .setSampler(new LateSpanSampler(Sampler.parentBased(Sampler.alwaysOff())))
          .addSpanProcessor(SimpleSpanProcessor.create(exported))
          .build()
          .get("test");

  @Test
  void whatFailedIsKeptInTheCallersTrace() {
    request(NEVER, Map.of("traceparent", FailedRequest.CALLER + "00"), "503");

    FailedRequest.isKeptAlone(exported);
  }

  @Test
  void whatWasSlowIsKeptAndBeginsATraceWhereTheCallerHasNone() {
    request(Duration.ZERO, Map.of(), "200");

    SpanData span = exported.getFinishedSpanItems().getFirst();
    assertThat(span.getParentSpanId()).isEqualTo(SpanId.getInvalid());
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  @Test
  void nothingElseIsKept() {
    request(NEVER, Map.of(), "200");
    request(NEVER, Map.of("traceparent", FailedRequest.CALLER + "00"), "404");

    assertThat(exported.getFinishedSpanItems()).isEmpty();
  }

  @Test
  void whatIsSampledAnywayIsRecordedOnce() {
    request(Duration.ZERO, Map.of("traceparent", FailedRequest.CALLER + "01"), "500");

    assertThat(exported.getFinishedSpanItems())
        .singleElement()
        .satisfies(
            span ->
                assertThat(span.getAttributes().get(LateSpanSampler.LATE))
                    .as("by itself")
                    .isNull());
  }

  /** A service that is not ready yet answers them 503. */
  @Test
  void probesAreNotKept() {
    observe("http.server.requests", "/actuator/health/readiness", Duration.ZERO, Map.of(), "503");

    assertThat(exported.getFinishedSpanItems()).isEmpty();
  }

  /** Calls to others and messages are observed as well. */
  @Test
  void onlyRequestsAreKept() {
    observe("kafka.receive", "/v1/events", Duration.ZERO, Map.of(), "500");

    assertThat(exported.getFinishedSpanItems()).isEmpty();
  }

  @Test
  void aTimeBelowZeroIsNone() {
    assertThatThrownBy(() -> new TracingSettings(Duration.ofMillis(-1)))
        .hasMessageContaining("attune.tracing.slow");
  }

  private void request(Duration slow, Map<String, String> headers, String status) {
    observe("http.server.requests", "/v1/events", slow, headers, status);
  }

  private void observe(
      String name, String uri, Duration slow, Map<String, String> headers, String status) {
    var registry = ObservationRegistry.create();
    var bridged = new OtelTracer(tracer, new OtelCurrentTraceContext(), event -> {});
    var w3c = ContextPropagators.create(W3CTraceContextPropagator.getInstance());
    registry
        .observationConfig()
        .observationHandler(new RequestTailSampling(Tracing.with(tracer, slow)))
        .observationHandler(
            new PropagatingReceiverTracingObservationHandler<>(
                bridged, new OtelPropagator(w3c, tracer)));
    Observation.createNotStarted(
            name,
            () -> {
              var context = new ReceiverContext<Map<String, String>>(Map::get, Kind.SERVER);
              context.setCarrier(headers);
              context.setContextualName("http post /v1/events");
              return context;
            },
            registry)
        .lowCardinalityKeyValue("uri", uri)
        .lowCardinalityKeyValue("status", status)
        .start()
        .stop();
  }
}
