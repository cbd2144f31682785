package dev.attune.kafka.registry;

import dev.attune.kafka.background.BackgroundThread;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the schema registry every 10 s for a schema that the service uses, as a service that knows
 * its schemas does not notice that the registry is away until a new one comes. Tells it as the
 * gauge {@code attune.registry.up}: 1, 0, or NaN before the first answer.
 */
public final class RegistryWatch extends BackgroundThread {
  private static final Logger log = LoggerFactory.getLogger(RegistryWatch.class);
  private static final Duration PERIOD = Duration.ofSeconds(10);

  private final SchemaRegistryClient registry;
  private final String subject;
  private volatile double up = Double.NaN;

  public RegistryWatch(SchemaRegistryClient registry, String subject, MeterRegistry meters) {
    super("registry-watch");
    this.registry = registry;
    this.subject = subject;
    Gauge.builder("attune.registry.up", this, watch -> watch.up)
        .description("1 while the schema registry answers this service, 0 while it does not")
        .register(meters);
  }

  @Override
  protected void run() {
    do {
      look();
    } while (!pause(PERIOD));
  }

  /** Whoever is refused can't use it either, nor who can't read its answer. */
  void look() {
    try {
      var unused = registry.latest(subject);
      up = 1;
    } catch (RuntimeException e) {
      if (up != 0) {
        log.warn("The schema registry does not answer: {}", e.toString());
      }
      up = 0;
    }
  }
}
