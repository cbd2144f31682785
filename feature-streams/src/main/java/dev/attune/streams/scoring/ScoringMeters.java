package dev.attune.streams.scoring;

import dev.attune.schemas.grpc.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts calls by replica and answers by outcome, and measures how long they took. */
public final class ScoringMeters {
  private final Map<String, Timer> answers = new ConcurrentHashMap<>();
  private final Counter connections;
  private final MeterRegistry registry;

  public ScoringMeters(MeterRegistry registry) {
    this.registry = registry;
    this.connections =
        Counter.builder("attune.scoring.streams.opened")
            .description("gRPC streams opened; rises when connections break")
            .register(registry);
  }

  /** Counts the calls of a replica that has come. */
  Counter replicaCame(InetSocketAddress address) {
    return Counter.builder("attune.scoring.replica.calls")
        .description("calls sent to each replica there is")
        .tag("replica", address.getAddress().getHostAddress() + ":" + address.getPort())
        .register(registry);
  }

  /** Each pod has an address of its own: without this there would be a meter more a rollout. */
  void replicaWent(Counter calls) {
    registry.remove(calls);
  }

  void answered(Outcome outcome, long nanos) {
    record(outcome.name().toLowerCase(Locale.ROOT), nanos);
  }

  void deadlinePassed(long nanos) {
    record("deadline", nanos);
  }

  void streamBroke(int calls) {
    if (calls > 0) {
      Timer timer = timer("stream_broken");
      for (int i = 0; i < calls; i++) {
        timer.record(Duration.ZERO);
      }
    }
  }

  void streamOpened() {
    connections.increment();
  }

  private void record(String outcome, long nanos) {
    timer(outcome).record(Duration.ofNanos(nanos));
  }

  private Timer timer(String outcome) {
    Timer known = answers.get(outcome);
    return known != null ? known : answers.computeIfAbsent(outcome, this::newTimer);
  }

  private Timer newTimer(String outcome) {
    return Timer.builder("attune.scoring.calls")
        .description("scoring calls by outcome, from request to answer")
        .tag("outcome", outcome)
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofMillis(1))
        .maximumExpectedValue(Duration.ofSeconds(10))
        .register(registry);
  }
}
