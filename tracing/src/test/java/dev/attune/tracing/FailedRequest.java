package dev.attune.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;

/** What is kept of a request that was answered 503, whoever answered it. */
final class FailedRequest {
  static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  /** Its caller's {@code traceparent} but for the flags. */
  static final String CALLER = "00-" + TRACE + "-b7ad6b7169203331-";

  private FailedRequest() {}

  static void isKeptAlone(InMemorySpanExporter exported) {
    SpanData span = exported.getFinishedSpanItems().getFirst();
    assertThat(exported.getFinishedSpanItems()).hasSize(1);
    assertThat(span.getName()).isEqualTo("http post /v1/events");
    assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(span.getTraceId()).isEqualTo(TRACE);
    assertThat(span.getParentSpanId()).isEqualTo("b7ad6b7169203331");
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(span.getAttributes().asMap().values()).contains("503", true);
    assertThat(span.getEndEpochNanos()).isGreaterThan(span.getStartEpochNanos());
  }
}
