package dev.attune.inference.scoring;

import dev.attune.schemas.grpc.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Tells when users get no prediction although everything runs: no model is live, or the live one
 * refuses the features. Out of service for a minute after the last such answer; no part of liveness
 * or readiness, since another instance would do no better.
 */
@Component("scoringHealthIndicator")
public final class ScoringHealth implements HealthIndicator {
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private final InstantSource clock;
  private final AtomicReference<@Nullable Unscored> last = new AtomicReference<>();

  private record Unscored(ScoringAnswer answer, Instant at) {}

  public ScoringHealth(InstantSource clock) {
    this.clock = clock;
  }

  void answered(ScoringAnswer answer) {
    if (answer.outcome() == Outcome.NO_MODEL || answer.outcome() == Outcome.REFUSED) {
      last.set(new Unscored(answer, clock.instant()));
    }
  }

  @Override
  public Health health() {
    Unscored unscored = last.get();
    if (unscored == null || unscored.at.plus(REMEMBERED).isBefore(clock.instant())) {
      return Health.up().build();
    }
    return Health.outOfService()
        .withDetail("outcome", unscored.answer.outcome().name())
        .withDetail("reason", unscored.answer.detail())
        .withDetail("at", unscored.at.toString())
        .build();
  }
}
