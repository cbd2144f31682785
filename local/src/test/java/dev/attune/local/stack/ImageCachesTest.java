package dev.attune.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.local.infra.ServerException;
import dev.attune.local.stack.CacheTarget.CachedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCachesTest {
  @TempDir private Path folder;

  @Test
  void aServiceRunsAsItsImageRunsIt() throws IOException {
    Path image = unpacked("attune-ingest-gateway");

    CachedJvm jvm =
        new ImageCaches(folder).of(Part.GATEWAY, List.of("java", "-cp", "x.jar")).orElseThrow();

    assertThat(jvm.command())
        .containsExactly(
            folder + "/java/bin/java",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-AOTAdapterCaching",
            "-XX:TieredStopAtLevel=1",
            "-XX:MaxRAMPercentage=60",
            "-cp",
            image + "/app/libs/a.jar:" + image + "/app/classpath/b.jar",
            "dev.attune.gateway.GatewayApplication");
    assertThat(jvm.cache().file()).isEqualTo(image.resolve("cache/attune.aot"));
  }

  @Test
  void whatIsNoServiceHasNoImage() {
    assertThat(new ImageCaches(folder).of(Part.KAFKA, List.of("java"))).isEmpty();
  }

  @Test
  void anImageThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> new ImageCaches(folder).of(Part.STREAMS, List.of("java")))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("attune-feature-streams");
  }

  private Path unpacked(String name) throws IOException {
    Path image = folder.resolve(name);
    Files.createDirectories(image.resolve("app"));
    Files.writeString(
        image.resolve("config.json"),
        """
        {"config": {"Entrypoint": ["java", "-XX:MaxRAMPercentage=60", "-cp", "@/app/jib-classpath-file",
          "dev.attune.gateway.GatewayApplication"]}}""");
    Files.writeString(
        image.resolve("app/jib-classpath-file"), "/app/libs/a.jar:/app/classpath/b.jar");
    return image;
  }
}
