package dev.attune.inference.scoring;

import dev.attune.schemas.grpc.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What scoring counts. */
final class ScoringMeters {
  /** A bucket of its own, which the alert on freshness counts by. */
  private static final Duration OBJECTIVE = Duration.ofMillis(250);

  private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
  private final DistributionSummary batch;
  private final Counter blank;
  private final Timer freshness;

  ScoringMeters(MeterRegistry registry, Collection<?> queue) {
    for (Outcome outcome : Outcome.values()) {
      if (outcome != Outcome.UNRECOGNIZED && outcome != Outcome.OUTCOME_UNSPECIFIED) {
        outcomes.put(
            outcome,
            Counter.builder("attune.scoring.calls")
                .description("Scoring calls by outcome")
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry));
      }
    }
    blank =
        Counter.builder("attune.scoring.blank")
            .description("Rows stored without a prediction, because the model failed on them")
            .register(registry);
    batch =
        DistributionSummary.builder("attune.scoring.batch")
            .description("Calls scored and stored together")
            .register(registry);
    Gauge.builder("attune.scoring.queue", queue, Collection::size)
        .description("Calls waiting for a worker")
        .register(registry);
    freshness =
        Timer.builder("attune.freshness")
            .description("From an event's receipt until its prediction is readable")
            .publishPercentileHistogram()
            .serviceLevelObjectives(OBJECTIVE)
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofSeconds(60))
            .register(registry);
  }

  void batch(int size) {
    batch.record(size);
  }

  void blank() {
    blank.increment();
  }

  void answered(Outcome outcome) {
    Counter counter = outcomes.get(outcome);
    if (counter != null) {
      counter.increment();
    }
  }

  /** Receipt is another machine's clock: a negative age is that clock running ahead. */
  void readable(long receivedAt, long now) {
    freshness.record(Duration.ofMillis(Math.max(0, now - receivedAt)));
  }
}
