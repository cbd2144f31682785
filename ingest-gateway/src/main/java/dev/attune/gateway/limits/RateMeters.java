package dev.attune.gateway.limits;

import dev.attune.gateway.access.Caller;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** Counts what was refused by which limit of which key. */
@Component
final class RateMeters {
  private final MeterRegistry registry;

  RateMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Before the first refusal: a counter that appears at 1 has not risen for Prometheus. */
  void begin(Caller caller) {
    for (ExhaustedRate limit : ExhaustedRate.values()) {
      counter(caller, limit);
    }
  }

  void count(Caller caller, ExhaustedRate limit) {
    counter(caller, limit).increment();
  }

  private Counter counter(Caller caller, ExhaustedRate limit) {
    return Counter.builder("attune.ingest.rate.limited")
        .baseUnit("requests")
        .tag("key", caller.label())
        .tag("limit", limit.name().toLowerCase(Locale.ROOT))
        .register(registry);
  }
}
