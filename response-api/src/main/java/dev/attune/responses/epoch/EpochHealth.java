package dev.attune.responses.epoch;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Tells when the pipeline has another epoch than this service. Out of service once predictions show
 * it; a token of another epoch is only told, since anybody can send one. No part of liveness or
 * readiness: replies go on.
 */
@Component("epochHealthIndicator")
final class EpochHealth implements HealthIndicator {
  private static final String REMEDY =
      "set ATTUNE_EPOCH to the same value in ingest-gateway, feature-streams and response-api";

  private final EventTokens tokens;

  EpochHealth(EventTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public Health health() {
    boolean behind = tokens.predictionEpoch() > tokens.epoch();
    Health.Builder health = behind ? Health.outOfService() : Health.up();
    health.withDetail("epoch", tokens.epoch());
    if (behind) {
      health.withDetail("predictionEpoch", tokens.predictionEpoch());
    }
    EventTokens.Seen token = tokens.last();
    if (token != null) {
      health.withDetail("tokenEpoch", token.epoch()).withDetail("tokenAt", token.at().toString());
    }
    if (behind || token != null) {
      health.withDetail("remedy", REMEDY);
    }
    return health.build();
  }
}
