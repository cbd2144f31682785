package dev.attune.local.zipkin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The expected texts are by OpenTelemetry's specification of Zipkin's form. */
class ZipkinSpansTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  @Test
  void keepsIdsTimesServiceAndTags() {
    Span span =
        span()
            .setParentSpanId(bytes("b7ad6b7169203331"))
            .addAttributes(text("http.route", "/v1/events"))
            .addAttributes(attribute("events", AnyValue.newBuilder().setIntValue(3)))
            .addAttributes(attribute("early", AnyValue.newBuilder().setBoolValue(true)))
            .addAttributes(attribute("share", AnyValue.newBuilder().setDoubleValue(0.5)))
            .addAttributes(
                attribute(
                    "arms",
                    AnyValue.newBuilder()
                        .setArrayValue(
                            ArrayValue.newBuilder()
                                .addValues(AnyValue.newBuilder().setStringValue("a"))
                                .addValues(AnyValue.newBuilder().setStringValue("b")))))
            .build();

    assertThat(converted(span))
        .isEqualTo(
            JsonMapper.shared()
                .readTree(
                    """
                    {"traceId": "0af7651916cd43dd8448eb211c80319c", "parentId": "b7ad6b7169203331",
                     "id": "00f067aa0ba902b7", "kind": "SERVER", "name": "score",
                     "timestamp": 1700000000000001, "duration": 250,
                     "localEndpoint": {"serviceName": "attune-gateway"}, "annotations": [],
                     "tags": {"http.route": "/v1/events", "events": "3", "early": "true",
                              "share": "0.5", "arms": "a, b", "otel.scope.name": "dev.attune"}}\
                    """));
  }

  @ParameterizedTest
  @CsvSource({
    "SPAN_KIND_CLIENT, CLIENT",
    "SPAN_KIND_SERVER, SERVER",
    "SPAN_KIND_PRODUCER, PRODUCER",
    "SPAN_KIND_CONSUMER, CONSUMER",
    "SPAN_KIND_INTERNAL, ''",
    "SPAN_KIND_UNSPECIFIED, ''"
  })
  void keepsTheKindThatZipkinKnows(SpanKind kind, String expected) {
    assertThat(converted(span().setKind(kind).build()).path("kind").asString(""))
        .isEqualTo(expected);
  }

  @Test
  void theFirstSpanHasNoParentAndTheShortestStillADuration() {
    JsonNode converted =
        converted(span().setEndTimeUnixNano(span().getStartTimeUnixNano() + 10).build());

    assertThat(converted.has("parentId")).isFalse();
    assertThat(converted.path("duration").asLong()).isEqualTo(1);
  }

  @Test
  void aFailureIsAnErrorAndAnEventAnAnnotation() {
    Span span =
        span()
            .setStatus(
                Status.newBuilder()
                    .setCode(StatusCode.STATUS_CODE_ERROR)
                    .setMessage("no answer in time"))
            .addEvents(
                Span.Event.newBuilder()
                    .setName("retry")
                    .setTimeUnixNano(1_700_000_000_000_002_000L)
                    .addAttributes(text("attempt", "second")))
            .build();

    JsonNode converted = converted(span);

    assertThat(converted.path("tags").path("otel.status_code").asString()).isEqualTo("ERROR");
    assertThat(converted.path("tags").path("error").asString()).isEqualTo("no answer in time");
    assertThat(converted.path("annotations").toString())
        .isEqualTo("[{\"timestamp\":1700000000000002,\"value\":\"retry: attempt=second\"}]");
  }

  @Test
  void linksAndTheOtherSideAreKept() {
    Span span =
        span()
            .setKind(SpanKind.SPAN_KIND_CLIENT)
            .addAttributes(text("server.address", "redis-0"))
            .addLinks(
                Span.Link.newBuilder()
                    .setTraceId(bytes(TRACE))
                    .setSpanId(bytes("b7ad6b7169203331")))
            .build();

    JsonNode converted = converted(span);

    assertThat(converted.path("tags").path("link.0").asString())
        .isEqualTo(TRACE + "-b7ad6b7169203331");
    assertThat(converted.path("remoteEndpoint").path("serviceName").asString())
        .isEqualTo("redis-0");
  }

  private static Span.Builder span() {
    return Span.newBuilder()
        .setTraceId(bytes(TRACE))
        .setSpanId(bytes("00f067aa0ba902b7"))
        .setName("score")
        .setKind(SpanKind.SPAN_KIND_SERVER)
        .setStartTimeUnixNano(1_700_000_000_000_001_000L)
        .setEndTimeUnixNano(1_700_000_000_000_251_000L);
  }

  private static JsonNode converted(Span span) {
    var request =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(
                        Resource.newBuilder().addAttributes(text("service.name", "attune-gateway")))
                    .addScopeSpans(
                        ScopeSpans.newBuilder()
                            .setScope(InstrumentationScope.newBuilder().setName("dev.attune"))
                            .addSpans(span)))
            .build();
    JsonNode spans = JsonMapper.shared().readTree(ZipkinSpans.json(request));
    assertThat(spans).hasSize(1);
    return spans.get(0);
  }

  private static KeyValue text(String key, String value) {
    return attribute(key, AnyValue.newBuilder().setStringValue(value)).build();
  }

  private static KeyValue.Builder attribute(String key, AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey(key).setValue(value);
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }
}
