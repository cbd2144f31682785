package dev.attune.inference.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.inference.TestModels;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionFactsTest {
  /** A version never changes, but what speaks against it does. */
  @Test
  void theGatesAreThoseOfNow(@TempDir Path models) throws Exception {
    ModelRegistry registry = new ModelRegistry(models);
    for (String version : new String[] {"1", "2", "3"}) {
      var unused = TestModels.publish(registry, version, 3);
    }
    Path second = registry.published("2");
    var sealed =
        BundleFiles.seal(
            second, BundleFiles.manifest(second).toBuilder().comparedWith("1").build());
    registry.promote("1");
    var facts = new VersionFacts(registry);

    assertThat(facts.of("2", registry.gates()).gateFailures()).isEmpty();
    registry.promote("3");
    assertThat(facts.of("2", registry.gates()).gateFailures())
        .containsExactly("it was compared with 1, but 3 is live now: train again");
    assertThat(facts.of("2", registry.gates()).comparedWith()).isEqualTo(sealed.comparedWith());
  }
}
