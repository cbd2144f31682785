package dev.attune.cli.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.bench.model.BenchModel;
import dev.attune.core.files.Folders;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.ServerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change of features makes no version live that could not be promoted. */
class MatchingModelTest {
  @TempDir private static Path shared;
  private static Path live;
  private static Path ofTheseFeatures;

  @TempDir private Path folder;
  private final Playbook playbook =
      Playbook.load(Checkout.find().root().resolve("playbooks/support"));
  private ModelRegistry registry;

  @BeforeAll
  static void train() throws Exception {
    live = BenchModel.registry(shared.resolve("live"));
    Playbook support = Playbook.load(Checkout.find().root().resolve("playbooks/support"));
    var other = BenchModel.registry(shared.resolve("other"), support.features());
    ofTheseFeatures = new ModelRegistry(other).published("bench.1");
  }

  @BeforeEach
  void anotherVersionIsLive() throws Exception {
    Folders.copy(live, folder);
    registry = new ModelRegistry(folder);
  }

  @Test
  void theNewestThatPassesItsGatesIsTaken() throws Exception {
    candidate("fine.1", List.of());
    candidate("leaky.2", List.of("it knew the answers"));

    assertThat(MatchingModel.find(registry, playbook, false).version()).isEqualTo("fine.1");
  }

  @Test
  void whatFailedAGateWhenItWasMadeIsNoModel() throws Exception {
    candidate("leaky.1", List.of("it knew the answers"));

    assertThatThrownBy(() -> MatchingModel.find(registry, playbook, false))
        .isInstanceOf(ServerException.class)
        .hasMessageStartingWith("No model that passes its gates knows the changed features.");
  }

  private void candidate(String version, List<String> gateFailures) throws Exception {
    Path staged = registry.stage();
    Files.copy(ofTheseFeatures.resolve(BundleFiles.MODEL), staged.resolve(BundleFiles.MODEL));
    ModelManifest like = BundleFiles.manifest(ofTheseFeatures);
    BundleFiles.seal(
        staged,
        like.toBuilder(version)
            .playbook(playbook.name())
            .evaluated(GoodMetrics.ALL, like.data())
            .gateFailures(gateFailures)
            .build());
    registry.publish(staged, version);
  }
}
