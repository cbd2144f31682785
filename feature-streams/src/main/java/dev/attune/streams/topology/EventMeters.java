package dev.attune.streams.topology;

import dev.attune.core.user.Disposition;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts events by what became of them. */
public final class EventMeters {
  private final MeterRegistry registry;
  private final Map<Disposition, Counter> events = new EnumMap<>(Disposition.class);
  private final Counter sessions;
  private final Counter forgotten;
  private final Counter dropped;
  private final Timer age;
  private final Map<String, AtomicLong> segments = new ConcurrentHashMap<>();
  private final Map<String, Counter> features = new ConcurrentHashMap<>();

  public EventMeters(MeterRegistry registry) {
    this.registry = registry;
    for (Disposition disposition : Disposition.values()) {
      events.put(disposition, counter(disposition.name().toLowerCase(Locale.ROOT)));
    }
    this.sessions =
        Counter.builder("attune.sessions.expired")
            .description("sessions closed because their gap had passed")
            .register(registry);
    this.forgotten =
        Counter.builder("attune.streams.forgotten.ids")
            .description("event ids forgotten within 24 h because a user had too many")
            .register(registry);
    this.dropped =
        Counter.builder("attune.experiments.dropped.events")
            .description("events that a late reply's record could still ask for, of busy users")
            .register(registry);
    this.age =
        Timer.builder("attune.streams.event.age")
            .description("From an event's receipt until its scoring call goes out")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofSeconds(60))
            .register(registry);
  }

  /** Receipt is another machine's clock: a negative age is that clock running ahead. */
  void calls(long receivedAt, long now) {
    age.record(Duration.ofMillis(Math.max(0, now - receivedAt)));
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

  void idsForgotten(long count) {
    if (count > 0) {
      forgotten.increment(count);
    }
  }

  /** Events that won't count for an experiment, should the reply before them be read later. */
  public void eventsDropped(int count) {
    dropped.increment(count);
  }

  /** Changes how many of this instance's users are in a segment. */
  void segment(String name, long step) {
    segments.computeIfAbsent(name, this::segmentGauge).addAndGet(step);
  }

  /** Adds events after which a feature had something to say of their user. */
  void featureRows(String name, long rows) {
    features.computeIfAbsent(name, this::featureCounter).increment(rows);
  }

  private Counter featureCounter(String name) {
    return Counter.builder("attune.feature.rows")
        .description("events after which a feature was neither missing nor 0")
        .tag("feature", name)
        .register(registry);
  }

  private AtomicLong segmentGauge(String name) {
    AtomicLong size = new AtomicLong();
    Gauge.builder("attune.segment.size", size, AtomicLong::get)
        .description("users in a segment, of this instance's partitions")
        .tag("segment", name)
        .register(registry);
    return size;
  }

  private Counter counter(String disposition) {
    return Counter.builder("attune.streams.events")
        .description("events processed, by what became of them")
        .tag("disposition", disposition)
        .register(registry);
  }
}
