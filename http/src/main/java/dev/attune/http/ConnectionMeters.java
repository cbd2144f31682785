package dev.attune.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How many connections there are and are being answered, and how many we ended for which reason.
 */
final class ConnectionMeters {
  private final MeterRegistry registry;
  private final Map<String, Counter> closed;

  ConnectionMeters(MeterRegistry registry) {
    this.registry = registry;
    // from the start: a counter that appears at 1 has not risen for Prometheus
    this.closed =
        Stream.of("idle", "head", "body", "shed", "full")
            .collect(
                Collectors.toUnmodifiableMap(
                    Function.identity(),
                    reason -> registry.counter("attune.http.connections.ended", "reason", reason)));
  }

  void open(AtomicInteger number) {
    registry.gauge("attune.http.connections", number);
  }

  /** How many requests are being answered. */
  void inFlight(Connections connections) {
    registry.gauge("attune.http.in.flight", connections, Connections::inFlight);
  }

  void closed(String reason) {
    Counter counter = closed.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }
}
