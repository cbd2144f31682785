package dev.attune.inference.model;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Shows which model serves. Without one nobody is scored: out of service. An old one that goes on
 * because the next can't be loaded still serves. No part of liveness or readiness.
 */
@Component("modelHealthIndicator")
final class ModelHealth implements HealthIndicator {
  private final ModelHost host;

  ModelHealth(ModelHost host) {
    this.host = host;
  }

  @Override
  public Health health() {
    ServedModel live = host.get().live();
    var health = live == null ? Health.outOfService() : Health.up();
    if (live == null) {
      health.withDetail("version", "none");
    } else {
      health.withDetail("version", live.version()).withDetail("revision", live.revision());
    }
    ModelSlots slots = host.get();
    if (slots.canary() != null) {
      health.withDetail("canary", slots.canary().version()).withDetail("share", slots.share());
    }
    if (slots.shadow() != null) {
      health.withDetail("shadow", slots.shadow().version());
    }
    if (!host.failures().isEmpty()) {
      health.withDetail("refused", host.failures());
    }
    return health.build();
  }
}
