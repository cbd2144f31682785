package dev.attune.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.local.infra.Infra;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The broker dies under a running gateway and comes back. */
class BrokerGoneIT {
  private static final int REQUESTS = 50;

  @Test
  void saysTryAgainWithinTheDeadlineAndGoesOnAfterwards() throws Exception {
    try (TraceSink traces = new TraceSink();
        Infra infra = Infra.start();
        Gateway gateway =
            Gateway.start(
                infra,
                "attune.producer.deadline=2s",
                "attune.tracing.slow=1h",
                "ATTUNE_TRACING_ENABLED=true",
                "management.tracing.sampling.probability=0",
                "management.opentelemetry.tracing.export.otlp.endpoint=" + traces.endpoint());
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(gateway.postJson(event()).statusCode()).isEqualTo(200);

      infra.killKafka();
      long start = System.nanoTime();
      List<Future<HttpResponse<String>>> answers =
          IntStream.range(0, REQUESTS)
              .mapToObj(i -> clients.submit(() -> gateway.postJson(event())))
              .toList();
      for (Future<HttpResponse<String>> pending : answers) {
        HttpResponse<String> answer = pending.get();
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.body())
            .contains("\"code\":\"unavailable\"")
            .contains("\"retryable\":true");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThat(gateway.manage("/actuator/health/liveness").statusCode()).isEqualTo(200);
      // nothing is sampled, and what failed leaves its span all the same
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> traces.spans("http post /v1/events") == REQUESTS);

      infra.startKafka();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> gateway.postJson(event()).statusCode() == 200);
    }
  }

  private static String event() {
    return """
        {"eventId":"%s","userId":"u","type":"session_started"}"""
        .formatted(UUID.randomUUID());
  }
}
