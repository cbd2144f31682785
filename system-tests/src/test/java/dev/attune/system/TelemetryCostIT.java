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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What metrics and traces cost: the services' processor time for an event, with all metrics, read
 * every fifteen seconds, and one trace of a hundred sent to a collector; and with neither, read as
 * often, to an empty page. Two stacks get the same load at the same time, so that what else the
 * machine does slows both; twice, the other one started first. Each look has a load begun anew, the
 * other stack's first: how senders fall into step decides how many events are handled at once, and
 * who comes first wakes the processors.
 */
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
@Timeout(1_800)
class TelemetryCostIT {
  private static final int LOOKS = 10;
  private static final Duration SETTLING = Duration.ofSeconds(3);
  private static final Duration LOOK = Duration.ofSeconds(12);

  /**
   * By then the compiler has done most of its work, and metrics were read as often as in an hour.
   */
  private static final Duration WARM_UP = Duration.ofSeconds(60);

  private static final Duration READINGS = Duration.ofSeconds(15);
  private static final Duration FIRST_READINGS = Duration.ofMillis(250);

  /** 1,000 events and 80 replies a second. */
  private static final LoadShape BUSY = new LoadShape(4, 25, Duration.ofMillis(100), 400, 16);

  /** The goal is 1.05. Two stacks with the same settings differ by some 0.02. */
  private static final double MOST = 1.08;

  private static final Map<String, String> NEITHER =
      Map.of(
          "ATTUNE_TRACING_ENABLED", "false",
          "MANAGEMENT_METRICS_ENABLE_ALL", "false");

  @Test
  void metricsAndTracesCostLittle() throws Exception {
    List<Double> busy = new ArrayList<>();
    List<Double> steady = new ArrayList<>();
    for (boolean withFirst : List.of(true, false)) {
      try (var receiver = new TraceReceiver()) {
        Map<String, String> both = both(receiver);
        try (var one = new Observed("one", withFirst ? both : NEITHER);
            var two = new Observed("two", withFirst ? NEITHER : both)) {
          Observed with = withFirst ? one : two;
          Observed without = withFirst ? two : one;
          var unused = look(with, without, BUSY, WARM_UP);
          List.of(one, two).forEach(stack -> stack.readings = READINGS);
          busy.add(looks(with, without, BUSY));
          steady.add(looks(with, without, LoadShape.STEADY));
        }
        assertThat(receiver.spans(Instant.EPOCH)).as("traces came").isNotEmpty();
      }
    }
    System.out.printf("1,000 events a second: %.3f and %.3f times%n", busy.get(0), busy.get(1));
    System.out.printf("400 events a second: %.3f and %.3f times%n", steady.get(0), steady.get(1));

    for (List<Double> both : List.of(busy, steady)) {
      assertThat((both.get(0) + both.get(1)) / 2).isLessThanOrEqualTo(MOST);
    }
  }

  private static Map<String, String> both(TraceReceiver receiver) {
    return Map.of(
        "ATTUNE_TRACING_ENABLED", "true",
        "MANAGEMENT_TRACING_SAMPLING_PROBABILITY", "0.01",
        "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT", receiver.endpoint());
  }

  /** How many times the processor time of the other; the mean of all looks. */
  private static double looks(Observed with, Observed without, LoadShape shape)
      throws InterruptedException {
    double sum = 0;
    for (int i = 0; i < LOOKS; i++) {
      sum += i % 2 == 0 ? look(with, without, shape, LOOK) : 1 / look(without, with, shape, LOOK);
    }
    return sum / LOOKS;
  }

  /** Both under load at once; the first one's processor time for an event beside the second's. */
  private static double look(Observed first, Observed second, LoadShape shape, Duration time)
      throws InterruptedException {
    try (Load ofFirst = first.load(shape);
        Load ofSecond = second.load(shape)) {
      ofFirst.run(SETTLING);
      Used firstBefore = first.used(ofFirst);
      Used secondBefore = second.used(ofSecond);
      ofFirst.run(time);
      double ofOne = first.used(ofFirst).micros(firstBefore);
      double ofOther = second.used(ofSecond).micros(secondBefore);
      System.out.printf(
          "processor time of the services an event: %s %.0f µs, %s %.0f µs%n",
          first.name, ofOne, second.name, ofOther);
      ofFirst.stopSending();
      ofSecond.stopSending();
      return ofOne / ofOther;
    }
  }

  /**
   * @param processors time of all services
   * @param events accepted
   */
  private record Used(Duration processors, long events) {
    /** For an event, since then. */
    double micros(Used then) {
      return processors.minus(then.processors()).toNanos() / 1e3 / (events - then.events());
    }
  }

  /** A stack whose metrics are read as Prometheus does. */
  private static final class Observed implements AutoCloseable {
    private static final long SEED = 20261130;

    private final String name;
    private final RunningStack stack;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread scraper;
    private volatile Duration readings = FIRST_READINGS;

    Observed(String name, Map<String, String> settings) throws Exception {
      this.name = name;
      stack =
          RunningStack.start(
              "telemetry-" + name, Checkout.find().root().resolve("playbooks/support"), settings);
      scraper = Thread.ofPlatform().name(name).start(this::scrape);
    }

    Load load(LoadShape shape) {
      return Load.on(stack.settings(), shape, SEED, Progress.SILENT);
    }

    Used used(Load load) {
      Duration processors =
          services()
              .map(part -> stack.local().process(part).orElseThrow())
              .map(process -> process.info().totalCpuDuration().orElseThrow())
              .reduce(Duration.ZERO, Duration::plus);
      return new Used(processors, load.ledger().accepted());
    }

    private static Stream<Part> services() {
      return Stream.of(Part.GATEWAY, Part.STREAMS, Part.INFERENCE, Part.RESPONSES);
    }

    private void scrape() {
      try {
        while (!over.await(readings.toMillis(), TimeUnit.MILLISECONDS)) {
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
