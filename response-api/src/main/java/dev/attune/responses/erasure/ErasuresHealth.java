package dev.attune.responses.erasure;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Out of service while an erasure is in the list that was recorded with another secret: then nobody
 * knows here who was erased. No part of liveness or readiness: replies go on.
 */
@Component("erasuresHealthIndicator")
final class ErasuresHealth implements HealthIndicator {
  private static final String REMEDY =
      "set ATTUNE_ERASURE_SECRET to the same value in feature-streams, response-api and the command"
          + " line; see \"An erasure of another secret\" in docs/operations.md";

  private final ErasureLog log;

  ErasuresHealth(ErasureLog log) {
    this.log = log;
  }

  @Override
  public Health health() {
    int foreign = log.foreign();
    Health.Builder health = foreign > 0 ? Health.outOfService() : Health.up();
    health.withDetail("read", log.isCaughtUp());
    if (foreign > 0) {
      health.withDetail("ofAnotherSecret", foreign).withDetail("remedy", REMEDY);
    }
    return health.build();
  }
}
