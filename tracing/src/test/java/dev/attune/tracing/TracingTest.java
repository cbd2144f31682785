package dev.attune.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TracingTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CALLER = "00-" + TRACE + "-b7ad6b7169203331-01";
  private static final String OTHER = "00-11111111111111111111111111111111-2222222222222222-01";

  private final InMemorySpanExporter exported = InMemorySpanExporter.create();
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exported)).build();
  private final Tracing tracing = Tracing.with(provider.get("test"), Duration.ofHours(1));

  @Test
  void continuesTheCallersTrace() {
    TraceSpan span = tracing.begin("score", SpanKind.SERVER, CALLER);
    TraceSpan within = span.child("write", SpanKind.CLIENT).tag("size", 3).failed("away");
    within.end();
    span.tag("outcome", "stored").end();

    SpanData write = exported.getFinishedSpanItems().getFirst();
    SpanData score = exported.getFinishedSpanItems().getLast();
    assertThat(score.getTraceId()).isEqualTo(TRACE);
    assertThat(score.getParentSpanId()).isEqualTo("b7ad6b7169203331");
    assertThat(score.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(score.getStatus()).isEqualTo(StatusData.unset());
    assertThat(score.getAttributes().asMap().values()).containsExactly("stored");
    assertThat(write.getParentSpanId()).isEqualTo(score.getSpanId());
    assertThat(write.getStatus().getDescription()).isEqualTo("away");
    assertThat(span.header()).isEqualTo("00-%s-%s-01".formatted(TRACE, score.getSpanId()));
  }

  @Test
  void aRequestWhoseTraceIsNotRecordedIsKeptWhenItFails() {
    tracing.request("score", SpanKind.CLIENT, "").tag("outcome", "stored").end();
    tracing.request("score", SpanKind.CLIENT, "").link(OTHER).failed("deadline").end();
    Tracing.OFF.request("score", SpanKind.CLIENT, "").failed("deadline").end();

    assertThat(exported.getFinishedSpanItems())
        .singleElement()
        .satisfies(
            span -> {
              assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
              assertThat(span.getParentSpanContext().isValid()).isFalse();
              assertThat(span.getStatus().getDescription()).isEqualTo("deadline");
              assertThat(span.getLinks()).hasSize(1);
            });
  }

  @Test
  void pointsToOtherTraces() {
    tracing.begin("score", SpanKind.SERVER, CALLER).link(OTHER).link(null).link("x").end();

    SpanData span = exported.getFinishedSpanItems().getFirst();
    assertThat(span.getLinks())
        .singleElement()
        .satisfies(link -> assertThat(Traceparent.of(link.getSpanContext())).isEqualTo(OTHER));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        // not sampled
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-zz",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
      })
  void tracesNothingElse(String parent) {
    TraceSpan span = tracing.begin("score", SpanKind.SERVER, parent);
    span.child("write", SpanKind.CLIENT).end();
    span.end();

    assertThat(span.isTraced()).isFalse();
    assertThat(exported.getFinishedSpanItems()).isEmpty();
  }

  @Test
  void isOffWhereNothingIsExported() {
    assertThat(Tracing.OFF.isOn()).isFalse();
    assertThat(Tracing.OFF.begin("score", SpanKind.SERVER, CALLER)).isSameAs(TraceSpan.NONE);
    assertThat(List.of(tracing.isOn())).containsExactly(true);
  }
}
