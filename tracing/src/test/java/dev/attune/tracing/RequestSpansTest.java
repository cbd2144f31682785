package dev.attune.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests as the edge of HTTP answers them. */
class RequestSpansTest {
  private static final Duration NEVER = Duration.ofHours(1);

  private final InMemorySpanExporter exported = InMemorySpanExporter.create();

  @Test
  void aSampledRequestIsItsCallersSpanAndIsCarriedOn() {
    RequestSpan request =
        spans(Sampler.alwaysOff(), NEVER).begin("/v1/events", FailedRequest.CALLER + "01");
    request.end(200);

    SpanData span = only();
    assertThat(span.getName()).isEqualTo("http post /v1/events");
    assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(span.getTraceId()).isEqualTo(FailedRequest.TRACE);
    assertThat(span.getParentSpanId()).isEqualTo("b7ad6b7169203331");
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(span.getAttributes().asMap().values()).containsOnly("POST", "/v1/events", "200");
    assertThat(request.header())
        .isEqualTo("00-" + FailedRequest.TRACE + "-" + span.getSpanId() + "-01");
  }

  @Test
  void withoutACallerTheSamplerDecides() {
    RequestSpan sampled = spans(Sampler.alwaysOn(), NEVER).begin("/v1/events", null);
    RequestSpan malformed = spans(Sampler.alwaysOn(), NEVER).begin("/v1/events", "00-nonsense");
    RequestSpan not = spans(Sampler.alwaysOff(), NEVER).begin("/v1/events", null);
    List.of(sampled, malformed, not).forEach(request -> request.end(200));

    assertThat(exported.getFinishedSpanItems())
        .hasSize(2)
        .allMatch(span -> span.getParentSpanId().equals(SpanId.getInvalid()));
    assertThat(sampled.header()).isNotNull();
    assertThat(not.header()).isNull();
  }

  @Test
  void aCallerThatDoesNotSampleIsHeeded() {
    RequestSpan request =
        spans(Sampler.alwaysOn(), NEVER).begin("/v1/events", FailedRequest.CALLER + "00");
    request.end(404);

    assertThat(request.header()).isNull();
    assertThat(exported.getFinishedSpanItems()).isEmpty();
  }

  @Test
  void whatFailedIsKeptInTheCallersTrace() {
    spans(Sampler.alwaysOff(), NEVER).begin("/v1/events", FailedRequest.CALLER + "00").end(503);

    FailedRequest.isKeptAlone(exported);
  }

  @Test
  void whatWasSlowIsKeptAndBeginsATraceWhereTheCallerHasNone() {
    spans(Sampler.alwaysOff(), Duration.ZERO).begin("/v1/events", null).end(200);

    assertThat(only().getParentSpanId()).isEqualTo(SpanId.getInvalid());
    assertThat(only().getAttributes().get(LateSpanSampler.LATE)).isTrue();
  }

  @Test
  void whatIsKeptHasWhatWasDoneWithinIt() {
    RequestSpan request =
        spans(Sampler.alwaysOff(), NEVER).begin("/v1/responses", FailedRequest.CALLER + "00");
    TraceSpan reply = request.span().child("reply", SpanKind.INTERNAL);
    TraceSpan read = reply.child("redis read", SpanKind.CLIENT).tag("db.system.name", "redis");
    read.failed("away").end();
    reply.tag("attune.slot", "greeting").end();
    assertThat(exported.getFinishedSpanItems()).as("until it is known to have failed").isEmpty();
    request.end(503);

    SpanData kept = named("http post /v1/responses");
    SpanData keptReply = named("reply");
    SpanData keptRead = named("redis read");
    assertThat(exported.getFinishedSpanItems())
        .hasSize(3)
        .allMatch(span -> span.getTraceId().equals(FailedRequest.TRACE));
    assertThat(keptReply.getParentSpanId()).isEqualTo(kept.getSpanId());
    assertThat(keptRead.getParentSpanId()).isEqualTo(keptReply.getSpanId());
    assertThat(keptRead.getStatus().getDescription()).isEqualTo("away");
    assertThat(keptRead.getAttributes().asMap().values()).containsExactly("redis");
    assertThat(keptReply.getAttributes().asMap().values()).containsExactly("greeting");
    assertThat(keptRead.getStartEpochNanos()).isBetween(began(keptReply), ended(keptRead));
    assertThat(ended(keptRead)).isLessThanOrEqualTo(ended(kept));
  }

  @Test
  void whatGoesOnAfterItsRequestEndsWithItsRecord() {
    RequestSpan request = spans(Sampler.alwaysOff(), Duration.ZERO).begin("/v1/responses", null);
    var unended = request.span().child("redis read", SpanKind.CLIENT);
    request.end(200);
    unended.end();

    assertThat(ended(named("redis read"))).isGreaterThan(began(named("redis read")));
  }

  private SpanData named(String name) {
    return exported.getFinishedSpanItems().stream()
        .filter(span -> span.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static long began(SpanData span) {
    return span.getStartEpochNanos();
  }

  private static long ended(SpanData span) {
    return span.getEndEpochNanos();
  }

  @Test
  void whatIsSampledAnywayIsRecordedOnce() {
    spans(Sampler.alwaysOff(), Duration.ZERO)
        .begin("/v1/events", FailedRequest.CALLER + "01")
        .end(500);

    assertThat(only().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(only().getAttributes().get(LateSpanSampler.LATE)).as("by itself").isNull();
  }

  @Test
  void withoutTracesNothingIsMade() {
    RequestSpan request = RequestSpans.OFF.begin("/v1/events", FailedRequest.CALLER + "01");
    request.end(503);

    assertThat(RequestSpans.OFF.isOn()).isFalse();
    assertThat(request).isSameAs(RequestSpan.NONE);
    assertThat(request.header()).isNull();
  }

  private SpanData only() {
    assertThat(exported.getFinishedSpanItems()).hasSize(1);
    return exported.getFinishedSpanItems().getFirst();
  }

  private RequestSpans spans(Sampler roots, Duration slow) {
    var provider =
        SdkTracerProvider.builder()
            .setSampler(new LateSpanSampler(Sampler.parentBased(roots)))
            .addSpanProcessor(SimpleSpanProcessor.create(exported))
            .build();
    return new RequestSpans(Tracing.with(provider.get("test"), slow));
  }
}
