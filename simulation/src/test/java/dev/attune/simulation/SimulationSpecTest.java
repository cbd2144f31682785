package dev.attune.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.yaml.PlaybookException;
import dev.attune.local.infra.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulationSpecTest {
  private static final Path SUPPORT = Checkout.find().root().resolve("playbooks/support");
  @TempDir private Path folder;

  @Test
  void readsTheSupportPlaybook() {
    SimulationSpec spec = SimulationSpec.load(SUPPORT);

    assertThat(spec.intents().byName()).hasSize(6);
    assertThat(spec.effect().fittingReply()).isGreaterThan(spec.effect().genericReply());
  }

  @Test
  void tellsFileAndLineOfWhatIsWrong() throws IOException {
    String text = Files.readString(SUPPORT.resolve("simulation.yaml"));
    Files.writeString(
        folder.resolve("simulation.yaml"),
        text.replace("strayPage: 0.3", "strayPage: 3").replace("share: 0.28", "share: 0.5"));

    assertThatThrownBy(() -> SimulationSpec.load(folder))
        .isInstanceOf(PlaybookException.class)
        .hasMessageContaining("simulation.yaml:")
        .hasMessageContaining("must be a probability from 0 to 1, not 3")
        .hasMessageContaining("the shares must sum to 1");
  }

  @Test
  void tellsThatAPlaybookHasNoCustomers() {
    assertThatThrownBy(() -> SimulationSpec.load(folder))
        .hasMessageContaining("this playbook has no simulated customers");
  }
}
