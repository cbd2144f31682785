package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A manifest that somebody wrote by hand, or an earlier version, says less. */
class ModelManifestTest {
  @TempDir private Path dir;

  @Test
  void whatIsNotSaidIsEmpty() throws Exception {
    ModelManifest manifest = read("{\"name\": \"m\", \"version\": \"1\"}");

    assertThat(manifest.playbook()).isEmpty();
    assertThat(manifest.featureSetId()).isEmpty();
    assertThat(manifest.labels()).isEmpty();
    assertThat(manifest.encodings()).isEmpty();
    assertThat(manifest.metrics()).isEmpty();
    assertThat(manifest.data()).isEqualTo(new ModelManifest.DataRange("", "", 0, 0));
    assertThat(manifest.created()).isEmpty();
    assertThat(manifest.checksums()).isEmpty();
    assertThat(manifest.selfCheck()).isEmpty();
    assertThat(manifest.references()).isEmpty();
    assertThat(manifest.baseMargins()).isEmpty();
    assertThat(manifest.referencesByAge()).isEmpty();
    assertThat(manifest.gateFailures()).isEmpty();
    assertThat(manifest.remote()).isNull();
  }

  @Test
  void whatIsSaidStays() throws Exception {
    ModelManifest manifest =
        read(
            """
            {"name": "m", "version": "1", "playbook": "p", "featureSetId": "f", "labels": ["a"],
             "metrics": {"top1": 0.5}, "created": "c", "checksums": {"x": "y"},
             "data": {"from": "1", "to": "2", "trainingRows": 3, "evaluationRows": 4},
             "baseMargins": [0.5], "gateFailures": ["g"]}
            """);

    assertThat(manifest.playbook()).isEqualTo("p");
    assertThat(manifest.featureSetId()).isEqualTo("f");
    assertThat(manifest.labels()).containsExactly("a");
    assertThat(manifest.metrics()).containsEntry("top1", 0.5);
    assertThat(manifest.created()).isEqualTo("c");
    assertThat(manifest.checksums()).containsEntry("x", "y");
    assertThat(manifest.data().trainingRows()).isEqualTo(3);
    assertThat(manifest.baseMargins()).containsExactly(0.5f);
    assertThat(manifest.gateFailures()).containsExactly("g");
  }

  @Test
  void aRemoteModelHasTheUsualNamesAndPatience() throws Exception {
    ModelManifest.Remote usual = remote("");
    assertThat(usual.version()).isEmpty();
    assertThat(usual.timeoutMillis()).isEqualTo(50);
    assertThat(usual.input()).isEqualTo("features");
    assertThat(usual.output()).isEqualTo("probabilities");

    ModelManifest.Remote own =
        remote(", \"version\": \"2\", \"timeoutMillis\": 1, \"input\": \"i\", \"output\": \"o\"");
    assertThat(own.version()).isEqualTo("2");
    assertThat(own.timeoutMillis()).isEqualTo(1);
    assertThat(own.input()).isEqualTo("i");
    assertThat(own.output()).isEqualTo("o");
  }

  private ModelManifest.Remote remote(String more) throws Exception {
    String remote = "{\"target\": \"t\", \"model\": \"m\"" + more + "}";
    return Objects.requireNonNull(
        read("{\"name\": \"m\", \"version\": \"1\", \"remote\": " + remote + "}").remote());
  }

  private ModelManifest read(String json) throws Exception {
    Files.writeString(dir.resolve(BundleFiles.MANIFEST), json);
    return BundleFiles.manifest(dir);
  }
}
