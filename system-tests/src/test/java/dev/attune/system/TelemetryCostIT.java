package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.chaos.Progress;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What metrics and traces cost: the services' processor time for an event, with all metrics, read
 * every fifteen seconds, and one trace of a hundred sent to a collector; and with neither. Two
 * stacks run side by side and get the same load in turns, each time begun anew: how senders fall
 * into step with each other decides more of the processor time than what is measured.
 */
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
@Timeout(1_500)
class TelemetryCostIT {
  private static final int TURNS = 12;

  /** What was measured, and what turns differ by. The goal, 1.05, is missed: docs/benchmarks.md. */
  private static final double MOST = 1.10;

  /** Of 400 a second: the compiler has done most of its work by then. */
  private static final int WARM_UP = 20_000;

  private static final int SETTLING = 1_200;
  private static final int MEASURED = 4_000;

  private static final Map<String, String> NEITHER =
      Map.of(
          "ATTUNE_TRACING_ENABLED", "false",
          "MANAGEMENT_METRICS_ENABLE_ALL", "false");

  @Test
  void metricsAndTracesCostATenthAtMost() throws Exception {
    Duration more = Duration.ZERO;
    Duration less = Duration.ZERO;
    try (var receiver = new TraceReceiver();
        var with = new Observed("with-telemetry", both(receiver));
        var without = new Observed("without-telemetry", NEITHER)) {
      with.turn(WARM_UP);
      without.turn(WARM_UP);
      for (int turn = 0; turn < TURNS; turn++) {
        Duration observed = with.turn(SETTLING);
        Duration plain = without.turn(SETTLING);
        System.out.printf(
            "processor time of the services an event: %d µs, without metrics and traces %d µs%n",
            observed.toNanos() / 1_000 / MEASURED, plain.toNanos() / 1_000 / MEASURED);
        more = more.plus(observed);
        less = less.plus(plain);
      }
      assertThat(receiver.spans()).as("traces came").isNotEmpty();
    }
    double ratio = (double) more.toNanos() / less.toNanos();
    System.out.printf("together: %.3f times%n", ratio);

    assertThat(ratio).isLessThanOrEqualTo(MOST);
  }

  private static Map<String, String> both(TraceReceiver receiver) {
    return Map.of(
        "ATTUNE_TRACING_ENABLED", "true",
        "MANAGEMENT_TRACING_SAMPLING_PROBABILITY", "0.01",
        "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT", receiver.endpoint());
  }

  /** A stack whose metrics are read as Prometheus does. */
  private static final class Observed implements AutoCloseable {
    private static final long SEED = 20261130;

    private final RunningStack stack;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread scraper;

    Observed(String name, Map<String, String> settings) throws Exception {
      stack =
          RunningStack.start(name, Checkout.find().root().resolve("playbooks/support"), settings);
      scraper = Thread.ofPlatform().name(name).start(this::scrape);
    }

    /** The processor time for as many events as are measured, after some others. */
    Duration turn(int before) throws InterruptedException {
      try (Load load = Load.on(stack.settings(), LoadShape.STEADY, SEED, Progress.SILENT)) {
        load.awaitAccepted(before);
        Duration begun = processorTime();
        load.awaitAccepted(MEASURED);
        Duration used = processorTime().minus(begun);
        load.stopSending();
        return used;
      }
    }

    private Duration processorTime() {
      return services()
          .map(part -> stack.local().process(part).orElseThrow())
          .map(process -> process.info().totalCpuDuration().orElseThrow())
          .reduce(Duration.ZERO, Duration::plus);
    }

    private static Stream<Part> services() {
      return Stream.of(Part.GATEWAY, Part.STREAMS, Part.INFERENCE, Part.RESPONSES);
    }

    private void scrape() {
      try {
        while (!over.await(15, TimeUnit.SECONDS)) {
          services().forEach(this::scrape);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void scrape(Part part) {
      int port = part.managementPort(stack.settings().ports());
      URI metrics = URI.create("http://127.0.0.1:" + port + "/actuator/prometheus");
      try (InputStream answer = metrics.toURL().openStream()) {
        answer.transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws InterruptedException {
      over.countDown();
      scraper.join();
      stack.close();
    }
  }
}
