package dev.attune.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.ModelRegistry;
import dev.attune.inference.TestModels;
import dev.attune.local.infra.StorageServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models from a bucket, on a real server of the S3 protocol. */
class BucketModelsIT {
  @TempDir private Path folder;
  private StorageServer server;
  private ModelRegistry registry;
  private ModelHost host;

  @BeforeEach
  void start() throws Exception {
    // a name of its own: what was fetched from a bucket is kept between runs
    String bucket = folder.getFileName().toString().toLowerCase(java.util.Locale.ROOT);
    server = new StorageServer(folder, bucket);
    var properties =
        new ModelSettings(
            "s3://" + bucket + "/models",
            server.endpoint().toString(),
            Path.of("support"),
            Duration.ofSeconds(1),
            Duration.ofMillis(1),
            null,
            List.of(),
            null);
    registry = properties.registry();
    host =
        new ModelHost(
            registry,
            TestModels.ENCODERS,
            properties,
            InstantSource.system(),
            new SimpleMeterRegistry());
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void switchesWhileItServesAndGoesBack() throws Exception {
    TestModels.publish(registry, "1", 3);
    TestModels.publish(registry, "2", 5);
    registry.promote("1");
    host.refresh();
    assertServes("1", 3);

    registry.promote("2");
    host.refresh();
    assertServes("2", 5);

    registry.rollback();
    host.refresh();
    assertServes("1", 7);
  }

  @Test
  void goesOnWithoutTheStorageAndSaysWhy() throws Exception {
    TestModels.publish(registry, "1", 3);
    registry.promote("1");
    host.refresh();

    server.close();
    host.refresh();

    assertServes("1", 3);
    assertThat(host.failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.reason()).contains("can't be read from s3://"));
  }

  @Test
  void aDamagedVersionReplacesNothing() throws Exception {
    TestModels.publish(registry, "1", 3);
    registry.promote("1");
    host.refresh();
    TestModels.publish(registry, "2", 5);
    registry.promote("2");
    // the copy that this service would read
    Files.write(registry.published("2").resolve("model.ubj"), new byte[] {1});

    host.refresh();

    assertServes("1", 3);
    assertThat(host.failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.reason()).contains("checksum"));
  }

  /** The registry's revision is counted in half steps. */
  private void assertServes(String version, long revision) {
    ServedModel live = java.util.Objects.requireNonNull(host.get().live());
    assertThat(live.version()).isEqualTo(version);
    assertThat(live.revision()).isEqualTo(revision);
  }
}
