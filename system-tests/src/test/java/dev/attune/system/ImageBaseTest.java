package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ./attune images --base=…}, up to what Jib is told: with a Maven that writes that down. */
class ImageBaseTest {
  private static final String DIGEST = "sha256:" + "0f".repeat(32);

  @TempDir private Path checkout;

  private Path script;
  private Path told;

  @BeforeEach
  void copy() throws IOException {
    Path folder = Files.createDirectories(checkout.resolve("deploy/images"));
    script = folder.resolve("images.sh");
    Files.copy(Checkout.find().root().resolve("deploy/images/images.sh"), script);
    told = checkout.resolve("told");
    Path maven = checkout.resolve("maven");
    Files.writeString(maven, "#!/bin/sh\nprintf '%s\\n' \"$@\" >'" + told + "'\nexit 1\n");
    assertThat(maven.toFile().setExecutable(true)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "eclipse-temurin:25-jre, named by its digest",
    "eclipse-temurin, named by its digest",
    "eclipse-temurin@sha256:0f0f, named by its digest",
    "nowhere.tar, there is no archive 'nowhere.tar'"
  })
  void aBaseThatIsNotFixedIsRefused(String base, String said) {
    Shell.Result ended = images("--base=" + base);

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.output()).startsWith("attune: ").contains(said);
    assertThat(told).doesNotExist();
  }

  @Test
  void jibIsToldTheImageByItsDigest() throws IOException {
    String base = "registry.example:5000/java/temurin@" + DIGEST;

    var unused = images("--base=" + base);

    assertThat(Files.readAllLines(told))
        .contains("jib:buildTar", "-Dimage.base=" + base)
        .contains("ingest-gateway,feature-streams,inference-service,response-api,console,cli")
        .as("its JVM makes no caches here")
        .doesNotContain("-Pimage-caches");
    assertThat(Checkout.find().root().resolve("pom.xml"))
        .as("what Jib reads")
        .content()
        .containsPattern("<from>\\s*<image>\\$\\{image\\.base}</image>");
  }

  @Test
  void jibIsToldTheArchiveByItsWholePath() throws IOException {
    Path archive = Files.createFile(checkout.resolve("base.tar")).toRealPath();

    var unused = images("--base=" + archive.getParent() + "/./base.tar");

    assertThat(Files.readAllLines(told)).contains("-Dimage.base=tar://" + archive);
  }

  private Shell.Result images(String option) {
    return Shell.run(
        List.of("env", "MAVEN=" + checkout.resolve("maven"), "bash", script.toString(), option));
  }
}
