package dev.attune.responses.decision;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Not ready until decisions can be logged, since until then every reply is generic; but only for a
 * while, since a generic reply is better than none.
 */
@Component("decisionLogHealthIndicator")
class DecisionLogHealth implements HealthIndicator {
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final DecisionSender sender;
  private final Clock clock;
  private final Instant started;

  DecisionLogHealth(DecisionSender sender, Clock clock) {
    this.sender = sender;
    this.clock = clock;
    this.started = clock.instant();
  }

  @Override
  public Health health() {
    boolean reached = sender.partitions() > 0;
    boolean patient = clock.instant().isBefore(started.plus(GRACE));
    return (reached || !patient ? Health.up() : Health.down())
        .withDetail("kafkaReached", reached)
        .build();
  }
}
