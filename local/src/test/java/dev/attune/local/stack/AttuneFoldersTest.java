package dev.attune.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Checkout;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AttuneFoldersTest {
  @Test
  void aCheckoutHasPlacesOfItsOwn() {
    Path root = Checkout.find().root();

    assertThat(AttuneFolders.fromEnvironment(Map.of("ATTUNE_HOME", " ")))
        .isEqualTo(
            new AttuneFolders(
                root.resolve(".attune"),
                root.resolve("playbooks/support"),
                root.resolve(".attune/models")));
  }

  @Test
  void modelsFollowTheHomeUnlessTheyHaveAnother() {
    Map<String, String> home = Map.of("ATTUNE_HOME", "/data", "ATTUNE_PLAYBOOK", "/playbook");
    Map<String, String> both = Map.of("ATTUNE_HOME", "/data", "ATTUNE_MODELS_DIR", "/a/../models");

    assertThat(AttuneFolders.fromEnvironment(home))
        .isEqualTo(
            new AttuneFolders(
                Path.of("/data"), Path.of("/playbook"), Path.of("/data").resolve("models")));
    assertThat(AttuneFolders.fromEnvironment(both).models()).isEqualTo(Path.of("/models"));
  }
}
