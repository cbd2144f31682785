package dev.attune.responses.experiment;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Not ready until it is known what was changed of experiments by hand: a replica that has just
 * started must not go on with an experiment that was stopped. But only for a while, since replies
 * by the file are better than none.
 */
@Component("experimentChangesHealthIndicator")
final class ChangesHealth implements HealthIndicator {
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final ChangeLog log;
  private final Clock clock;
  private final Instant started;

  ChangesHealth(ChangeLog log, Clock clock) {
    this.log = log;
    this.clock = clock;
    this.started = clock.instant();
  }

  @Override
  public Health health() {
    boolean read = log.isCaughtUp();
    boolean patient = clock.instant().isBefore(started.plus(GRACE));
    return (read || !patient ? Health.up() : Health.down()).withDetail("read", read).build();
  }
}
