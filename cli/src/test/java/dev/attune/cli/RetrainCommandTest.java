package dev.attune.cli;

import static dev.attune.cli.Ran.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.ModelLease;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.stack.AttuneFolders;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Two runs of the loop would give two versions the same slots. */
class RetrainCommandTest {
  private final String bot = "bot-" + UUID.randomUUID();

  @Test
  void oneRunAtATime() throws Exception {
    Path models = AttuneFolders.fromEnvironment(System.getenv()).models();
    var registry = new ModelRegistry(models.resolve(bot));
    try (ModelLease unused = registry.lease("retrain").orElseThrow()) {
      Ran second = run("retrain", "--playbook", bot);
      assertThat(second.code()).isEqualTo(1);
      assertThat(second.err().strip())
          .isEqualTo("attune: Another ./attune retrain is running; one at a time.");

      Ran scheduled = run("retrain", "--if-drifted", "--playbook", bot);
      assertThat(scheduled.code()).as(scheduled.err()).isZero();
      assertThat(scheduled.out()).contains("Another ./attune retrain is running");
    }
  }
}
