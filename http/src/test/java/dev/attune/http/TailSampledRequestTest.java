package dev.attune.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What the real edge keeps of requests whose callers do not sample: at the endpoint's path and at
 * one of Spring's.
 */
class TailSampledRequestTest {
  private static final AttributeKey<Boolean> LATE = AttributeKey.booleanKey("attune.tail_sampled");
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String LATER_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "b7ad6b7169203331";

  @Configuration(proxyBeanMethods = false)
  static class Exporting {
    @Bean
    InMemorySpanExporter exporter() {
      return InMemorySpanExporter.create();
    }
  }

  private static EdgeServer allAreSlow;
  private static EdgeServer noneIsSlow;

  @BeforeAll
  static void start() {
    allAreSlow = startWith("0s");
    noneIsSlow = startWith("1h");
  }

  @AfterAll
  static void stop() {
    allAreSlow.close();
    noneIsSlow.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/busy", "/v1/page"})
  void aSlowRequestLeavesOneSpanInItsCallersTrace(String path) throws IOException {
    SpanData span = only(kept(allAreSlow, path, "hello", 200));

    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/busy", "/v1/page"})
  void soDoesAFailedOneAndNoOther(String path) throws IOException {
    SpanData span = only(kept(noneIsSlow, path, "fail", 500));

    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(kept(noneIsSlow, path, "hello", 200)).isEmpty();
  }

  private static EdgeServer startWith(String slow) {
    return EdgeServer.with(
        Exporting.class,
        "management.tracing.export.enabled=true",
        "management.tracing.sampling.probability=0",
        "attune.tracing.slow=" + slow);
  }

  private static SpanData only(List<SpanData> spans) {
    assertThat(spans).hasSize(1);
    SpanData span = spans.getFirst();
    assertThat(span.getAttributes().get(LATE)).isTrue();
    assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(span.getTraceId()).isEqualTo(TRACE);
    assertThat(span.getParentSpanId()).isEqualTo(CALLER);
    return span;
  }

  /** The spans of a request, once that of a later one has come, which failed. */
  private static List<SpanData> kept(EdgeServer server, String path, String body, int status)
      throws IOException {
    var exporter = server.bean(InMemorySpanExporter.class);
    exporter.reset();
    try (RawConnection connection = server.connect()) {
      assertThat(ask(connection, TRACE, path, body)).isEqualTo(status);
      assertThat(ask(connection, LATER_TRACE, path, "fail")).isEqualTo(500);
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> exported(server).stream().anyMatch(TailSampledRequestTest::isLater));
    return exported(server).stream().filter(span -> !isLater(span)).toList();
  }

  private static boolean isLater(SpanData span) {
    return span.getTraceId().equals(LATER_TRACE);
  }

  private static List<SpanData> exported(EdgeServer server) {
    var flushed = server.bean(SdkTracerProvider.class).forceFlush().join(20, TimeUnit.SECONDS);
    assertThat(flushed.isSuccess()).isTrue();
    return server.bean(InMemorySpanExporter.class).getFinishedSpanItems();
  }

  private static int ask(RawConnection connection, String trace, String path, String body)
      throws IOException {
    String headers =
        "Content-Type: text/plain\r\ntraceparent: 00-" + trace + "-" + CALLER + "-00\r\n";
    String request = HttpEdgeContract.post(headers, body).replace("/busy", path);
    return connection.send(request).answer().status();
  }
}
