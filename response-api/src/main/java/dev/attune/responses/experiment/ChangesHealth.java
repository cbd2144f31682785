package dev.attune.responses.experiment;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Not ready until it is known what was changed of experiments by hand, and what bandits learn from:
 * a replica that has just started must not go on with an experiment that was stopped, nor deal by
 * other weights than the others. But only for a while, since replies by the file are better than
 * none.
 */
@Component("experimentChangesHealthIndicator")
final class ChangesHealth implements HealthIndicator {
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final ChangeLog log;
  private final ResultLog results;
  private final Clock clock;
  private final Instant started;

  ChangesHealth(ChangeLog log, ResultLog results, Clock clock) {
    this.log = log;
    this.results = results;
    this.clock = clock;
    this.started = clock.instant();
  }

  @Override
  public Health health() {
    boolean read = log.isCaughtUp();
    boolean resultsRead = results.isWhole();
    boolean patient = clock.instant().isBefore(started.plus(GRACE));
    return ((read && resultsRead) || !patient ? Health.up() : Health.down())
        .withDetail("read", read)
        .withDetail("resultsRead", resultsRead)
        .build();
  }
}
