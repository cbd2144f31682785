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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What metrics and traces cost: the services' processor time for the same load, with all metrics,
 * read every fifteen seconds, and one trace of a hundred sent to a collector; and with neither. In
 * turns.
 */
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
@Timeout(1_500)
class TelemetryCostIT {
  private static final int ROUNDS = 3;
  private static final long SEED = 20261130;
  private static final double MOST = 1.05;

  /** Of 400 a second: the optimising compilers have done most of their work by then. */
  private static final int WARM_UP = 20_000;

  private static final int MEASURED = 20_000;

  private static final Map<String, String> NEITHER =
      Map.of(
          "ATTUNE_TRACING_ENABLED", "false",
          "MANAGEMENT_METRICS_ENABLE_ALL", "false");

  @Test
  void metricsAndTracesCostAtMostATwentieth() throws Exception {
    List<Double> ratios = new ArrayList<>();
    try (var receiver = new TraceReceiver()) {
      Map<String, String> both =
          Map.of(
              "ATTUNE_TRACING_ENABLED", "true",
              "MANAGEMENT_TRACING_SAMPLING_PROBABILITY", "0.01",
              "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT", receiver.endpoint());
      for (int round = 0; round < ROUNDS; round++) {
        double with = microsecondsAnEvent(both);
        double without = microsecondsAnEvent(NEITHER);
        ratios.add(with / without);
        System.out.printf(
            "processor time of the services an event: %.0f µs, without metrics and traces %.0f µs%n",
            with, without);
      }
      assertThat(receiver.spans()).as("traces came").isNotEmpty();
    }
    Collections.sort(ratios);
    System.out.println("ratios: " + ratios);

    assertThat(ratios.get(ROUNDS / 2)).isLessThanOrEqualTo(MOST);
  }

  private static double microsecondsAnEvent(Map<String, String> settings) throws Exception {
    var over = new CountDownLatch(1);
    try (RunningStack stack =
            RunningStack.start(
                "telemetry-stack", Checkout.find().root().resolve("playbooks/support"), settings);
        Load load = Load.on(stack.settings(), LoadShape.STEADY, SEED, Progress.SILENT)) {
      Thread scraper = Thread.ofPlatform().start(() -> scrape(stack, over));
      load.awaitAccepted(WARM_UP);
      Duration before = processorTime(stack);
      load.awaitAccepted(MEASURED);
      Duration used = processorTime(stack).minus(before);
      load.stopSending();
      over.countDown();
      scraper.join();
      return used.toNanos() / 1e3 / MEASURED;
    }
  }

  private static Duration processorTime(RunningStack stack) {
    return services()
        .map(part -> stack.local().process(part).orElseThrow())
        .map(process -> process.info().totalCpuDuration().orElseThrow())
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static Stream<Part> services() {
    return Stream.of(Part.GATEWAY, Part.STREAMS, Part.INFERENCE, Part.RESPONSES);
  }

  /** As Prometheus does. */
  private static void scrape(RunningStack stack, CountDownLatch over) {
    try {
      while (!over.await(15, TimeUnit.SECONDS)) {
        services().forEach(part -> scrape(stack, part));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void scrape(RunningStack stack, Part part) {
    int port = part.managementPort(stack.settings().ports());
    URI metrics = URI.create("http://127.0.0.1:" + port + "/actuator/prometheus");
    try (InputStream answer = metrics.toURL().openStream()) {
      answer.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
