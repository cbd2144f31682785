package dev.attune.inference.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.tracing.TraceSpan;
import dev.attune.tracing.Tracing;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchSpansTest {
  private final InMemorySpanExporter exported = InMemorySpanExporter.create();
  private final Tracing tracing =
      Tracing.with(
          SdkTracerProvider.builder()
              .addSpanProcessor(SimpleSpanProcessor.create(exported))
              .build()
              .get("test"),
          Duration.ofHours(1));

  @Test
  void eachLinksToTheOtherTracesOfItsBatch() {
    List<TraceSpan> spans = begin(List.of(trace(1), "", trace(2), trace(3)));

    spans.forEach(TraceSpan::end);
    List<SpanData> sent = exported.getFinishedSpanItems();
    assertThat(spans).hasSize(4);
    assertThat(sent).hasSize(3);
    assertThat(sent.getFirst().getLinks())
        .extracting(link -> link.getSpanContext().getSpanId())
        .containsExactly(sent.get(1).getSpanId(), sent.get(2).getSpanId());
    assertThat(sent.get(1).getAttributes().asMap().values()).containsExactly(4L);
  }

  /** Of one request that was sampled: the trace itself says that they belong together. */
  @Test
  void spansOfOneTraceNeedNoLinks() {
    begin(List.of(trace(1), trace(1), trace(2))).forEach(TraceSpan::end);

    assertThat(exported.getFinishedSpanItems())
        .extracting(span -> span.getLinks().size())
        .containsExactly(1, 1, 2);
  }

  @Test
  void aSpanHasBoundedlyManyLinks() {
    begin(IntStream.rangeClosed(1, 100).mapToObj(BatchSpansTest::trace).toList())
        .forEach(TraceSpan::end);

    assertThat(exported.getFinishedSpanItems()).allMatch(span -> span.getLinks().size() == 16);
  }

  private List<TraceSpan> begin(List<String> parents) {
    return BatchSpans.begin(
        parents,
        (parent, batch) -> tracing.begin("write", SpanKind.CLIENT, parent).tag("batch", batch));
  }

  private static String trace(int n) {
    return "00-%032x-%016x-01".formatted(n, n);
  }
}
