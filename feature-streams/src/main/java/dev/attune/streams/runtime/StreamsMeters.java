package dev.attune.streams.runtime;

import dev.attune.streams.dispatch.DispatchCounters;
import dev.attune.streams.dispatch.Dispatcher;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.Metric;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Publishes the dispatcher's counters, the barrier's waits, the epoch's check and the consumers'
 * lag.
 */
public final class StreamsMeters {
  private final MeterRegistry registry;

  public StreamsMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  public Timer barrierWait() {
    return Timer.builder("attune.commit.barrier")
        .description("how long commits waited for scoring calls in flight")
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofMillis(1))
        .maximumExpectedValue(Duration.ofSeconds(30))
        .register(registry);
  }

  public void bind(Dispatcher<?, ?> dispatcher) {
    counter(
        dispatcher, "called", "calls started, with retries, hedges and probes", c -> c.called());
    counter(dispatcher, "settled", "requests answered", c -> c.settled());
    counter(
        dispatcher, "conflated", "requests a newer one of the user replaced", c -> c.conflated());
    counter(dispatcher, "held", "users marked in state to be scored later", c -> c.held());
    counter(dispatcher, "skipped", "requests that can never be scored", c -> c.skipped());
    counter(dispatcher, "retried", "calls started again after a failure", c -> c.retried());
    counter(dispatcher, "hedged", "second calls beside a slow one", c -> c.hedged());
    Gauge.builder("attune.dispatch.in.flight", dispatcher, d -> d.counters().open())
        .description("users with an open call")
        .register(registry);
    Gauge.builder("attune.dispatch.owing", dispatcher, d -> d.counters().owing())
        .description("partitions with users marked in state and not scored yet")
        .register(registry);
    Gauge.builder("attune.dispatch.paused", dispatcher, d -> d.paused() ? 1 : 0)
        .description("1 while all replicas fail and users are held instead of called")
        .register(registry);
    Gauge.builder("attune.dispatch.replicas.failing", dispatcher, d -> d.failingReplicas())
        .description("replicas that fail and are only probed")
        .register(registry);
  }

  public void bind(EpochCheck epochs) {
    FunctionCounter.builder("attune.streams.reread", epochs, EpochCheck::noticed)
        .baseUnit("events")
        .description("events at or before their user's row: read again, or of a topic created anew")
        .register(registry);
    Gauge.builder("attune.streams.reread.unjudged", epochs, EpochCheck::open)
        .description("partitions with such events that were not told apart yet")
        .register(registry);
    Gauge.builder("attune.streams.recreated", epochs, e -> e.createdAnew().size())
        .baseUnit("partitions")
        .description("partitions that were created anew while the epoch stayed")
        .register(registry);
    Gauge.builder("attune.streams.epoch.lowered", epochs, e -> e.highestEpoch() - e.epoch())
        .description("by how much the epoch is below that of users' rows")
        .register(registry);
  }

  public void bind(CommittedReads reads) {
    Gauge.builder("attune.kafka.up", reads, CommittedReads::kafkaAnswers)
        .description("1 while Kafka answers, 0 while it does not; asked every second")
        .register(registry);
  }

  public void bindLag(StreamsRunner runner) {
    Gauge.builder("attune.streams.lag", runner, StreamsMeters::lag)
        .description("records of its topics not yet read")
        .register(registry);
  }

  private void counter(
      Dispatcher<?, ?> dispatcher,
      String name,
      String description,
      ToDoubleFunction<DispatchCounters> value) {
    FunctionCounter.builder("attune.dispatch." + name, dispatcher.counters(), value)
        .description(description)
        .register(registry);
  }

  private static double lag(StreamsRunner runner) {
    KafkaStreams streams = runner.streams();
    return streams == null
        ? Double.NaN
        : streams.metrics().values().stream().mapToDouble(StreamsMeters::recordsLag).sum();
  }

  private static double recordsLag(Metric metric) {
    boolean counts =
        metric.metricName().name().equals("records-lag")
            && !metric.metricName().tags().getOrDefault("client-id", "").contains("restore");
    return counts && metric.metricValue() instanceof Double lag && !lag.isNaN() ? lag : 0;
  }
}
