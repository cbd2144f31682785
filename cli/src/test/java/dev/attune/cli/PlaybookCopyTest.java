package dev.attune.cli;

import static dev.attune.cli.Ran.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.bench.model.BenchModel;
import dev.attune.core.files.Folders;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.AttuneFolders;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy goes on with the original's model, and it is said that this isn't recorded. */
class PlaybookCopyTest {
  @TempDir private Path folder;

  @Test
  void theLiveModelIsLiveInTheCopy() throws Exception {
    Path original = folder.resolve("shop-" + UUID.randomUUID());
    Path copy = folder.resolve("mine-" + UUID.randomUUID());
    Folders.copy(Checkout.find().root().resolve("playbooks/support"), original);
    Path models = AttuneFolders.fromEnvironment(System.getenv()).models();
    BenchModel.registry(
        models.resolve(original.getFileName().toString()), Playbook.load(original).features());

    Ran ran = run("playbook", "copy", original.toString(), copy.toString());

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains(
            "Not recorded in the topics audit and model-steps: no Kafka answers.",
            "with its model bench.1");
    var registry = new ModelRegistry(models.resolve(copy.getFileName().toString()));
    assertThat(registry.live().orElseThrow().version()).isEqualTo("bench.1");
  }
}
