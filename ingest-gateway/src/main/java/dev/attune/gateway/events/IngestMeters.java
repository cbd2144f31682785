package dev.attune.gateway.events;

import dev.attune.gateway.events.IngestAnswer.Rejected;
import dev.attune.gateway.events.IngestAnswer.Warning;
import dev.attune.gateway.kafka.PublishResult;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** What the gateway counts. Labels are codes, never ids. */
@Component
final class IngestMeters {
  private final MeterRegistry registry;
  private final Counter accepted;
  private final Counter unknownFields;
  private final DistributionSummary batch;
  private final Map<String, Counter> rejected = new ConcurrentHashMap<>();
  private final Map<Integer, Timer> requests = new ConcurrentHashMap<>();
  private final Map<PublishResult.Reason, Counter> unacknowledged =
      new EnumMap<>(PublishResult.Reason.class);

  IngestMeters(MeterRegistry registry) {
    this.registry = registry;
    this.accepted = Counter.builder("attune.ingest.accepted").baseUnit("events").register(registry);
    this.unknownFields = registry.counter("attune.ingest.unknown.fields");
    this.batch =
        DistributionSummary.builder("attune.ingest.batch")
            .baseUnit("events")
            .serviceLevelObjectives(1, 10, 100, 500)
            .register(registry);
    // from the start: a counter that appears at 1 has not risen for Prometheus
    for (PublishResult.Reason reason : PublishResult.Reason.values()) {
      String name = reason.name().toLowerCase(Locale.ROOT);
      unacknowledged.put(reason, registry.counter("attune.ingest.unacknowledged", "reason", name));
    }
  }

  void count(int acceptedEvents, List<Rejected> rejectedEvents, List<Warning> warnings) {
    accepted.increment(acceptedEvents);
    batch.record(acceptedEvents + rejectedEvents.size());
    rejectedEvents.forEach(event -> rejected(event.code()).increment());
    unknownFields.increment(warnings.size());
  }

  void unacknowledged(PublishResult.Reason reason) {
    Counter counter = unacknowledged.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }

  void request(int status, long nanos) {
    requests
        .computeIfAbsent(
            status,
            s ->
                Timer.builder("attune.ingest.request")
                    .tag("status", Integer.toString(s))
                    .publishPercentileHistogram()
                    .register(registry))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Counter rejected(String code) {
    return rejected.computeIfAbsent(
        code, c -> registry.counter("attune.ingest.rejected", "code", c));
  }
}
