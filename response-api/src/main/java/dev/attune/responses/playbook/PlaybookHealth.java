package dev.attune.responses.playbook;

import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Tells what is wrong in the playbook's folder. Always up: replies go on with the playbook in
 * force.
 */
@Component("playbookHealthIndicator")
final class PlaybookHealth implements HealthIndicator {
  private final LivePlaybook playbook;

  PlaybookHealth(LivePlaybook playbook) {
    this.playbook = playbook;
  }

  @Override
  public Health health() {
    Health.Builder health = Health.up();
    tell(health, "refused", playbook.errors());
    tell(health, "warnings", playbook.warnings());
    return health.build();
  }

  private static void tell(Health.Builder health, String name, List<String> lines) {
    if (!lines.isEmpty()) {
      health.withDetail(name, lines);
    }
  }
}
