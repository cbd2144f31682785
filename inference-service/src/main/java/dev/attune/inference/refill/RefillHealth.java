package dev.attune.inference.refill;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Shows how far the refill is. Never down: live events are scored all the while. */
@Component("refillHealthIndicator")
final class RefillHealth implements HealthIndicator {
  private final Refill refill;

  RefillHealth(Refill refill) {
    this.refill = refill;
  }

  @Override
  public Health health() {
    RefillStatus status = refill.status();
    var health =
        Health.up().withDetail("state", status.state()).withDetail("profiles", status.profiles());
    if (!status.detail().isEmpty()) {
      health.withDetail("detail", status.detail());
    }
    return health.build();
  }
}
