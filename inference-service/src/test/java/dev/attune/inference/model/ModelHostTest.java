package dev.attune.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.inference.TestModels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelHostTest {

  @TempDir Path models;
  private ModelRegistry registry;
  private ModelHost host;

  @BeforeEach
  void create() {
    var properties =
        new ModelProperties(
            models, Path.of("support"), Duration.ofSeconds(1), Duration.ofMillis(1));
    registry = new ModelRegistry(properties.root());
    host = new ModelHost(registry, properties, InstantSource.system(), new SimpleMeterRegistry());
  }

  @Test
  void servesNothingWithoutAModel() {
    host.refresh();

    assertThat(host.get().live()).isNull();
    assertThat(host.failure()).isEmpty();
  }

  @Test
  void followsPromotionsAndRollbacks() throws Exception {
    publish("1");
    publish("2");
    registry.promote("1");
    host.refresh();
    assertThat(live().version()).isEqualTo("1");

    registry.promote("2");
    host.refresh();
    assertThat(live().version()).isEqualTo("2");

    long revision = live().revision();
    var unused = registry.rollback();
    host.refresh();
    assertThat(live().version()).isEqualTo("1");
    assertThat(live().revision()).isGreaterThan(revision);
  }

  @Test
  void aTruncatedModelNeverReplacesAGoodOne() throws Exception {
    publish("1");
    publish("2");
    registry.promote("1");
    host.refresh();
    registry.promote("2");
    byte[] whole = Files.readAllBytes(model("2"));

    Files.write(model("2"), Arrays.copyOf(whole, whole.length / 2));
    host.refresh();

    assertThat(live().version()).isEqualTo("1");
    assertThat(host.failure().orElseThrow().version()).isEqualTo("2");
    assertThat(host.failure().orElseThrow().reason()).contains("checksum");

    Files.write(model("2"), whole);
    await()
        .untilAsserted(
            () -> {
              host.refresh();
              assertThat(live().version()).isEqualTo("2");
            });
    assertThat(host.failure()).isEmpty();
  }

  @Test
  void anUnreadableRegistryChangesNothing() throws Exception {
    publish("1");
    registry.promote("1");
    host.refresh();

    Files.writeString(registry.root().resolve("live.json"), "{");
    host.refresh();

    assertThat(live().version()).isEqualTo("1");
    assertThat(host.failure()).isPresent();
  }

  private void publish(String version) throws Exception {
    var unused = TestModels.publish(registry, version, 3);
  }

  private Path model(String version) {
    return registry.root().resolve(version).resolve(BundleFiles.MODEL);
  }

  private ServedModel live() {
    return Objects.requireNonNull(host.get().live());
  }
}
