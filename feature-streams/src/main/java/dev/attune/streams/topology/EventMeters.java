package dev.attune.streams.topology;

import dev.attune.core.user.Disposition;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts events by what became of them. */
public final class EventMeters {

  private final MeterRegistry registry;
  private final Map<Disposition, Counter> events = new EnumMap<>(Disposition.class);
  private final Counter sessions;

  public EventMeters(MeterRegistry registry) {
    this.registry = registry;
    for (Disposition disposition : Disposition.values()) {
      events.put(disposition, counter(disposition.name().toLowerCase(Locale.ROOT)));
    }
    this.sessions =
        Counter.builder("attune.sessions.expired")
            .description("sessions closed because their gap had passed")
            .register(registry);
  }

  void event(Disposition disposition) {
    Counter counter = events.get(disposition);
    if (counter != null) {
      counter.increment();
    }
  }

  void deadLetter(String code) {
    Counter.builder("attune.streams.dead.letters")
        .description("records that could not be read, by reason")
        .tag("code", code)
        .register(registry)
        .increment();
  }

  void sessionsExpired(int count) {
    sessions.increment(count);
  }

  private Counter counter(String disposition) {
    return Counter.builder("attune.streams.events")
        .description("events processed, by what became of them")
        .tag("disposition", disposition)
        .register(registry);
  }
}
