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

/** Two builds in one checkout, up to Maven: with one whose builds fail. */
class BuildLockTest {
  private static final List<String> SCRIPTS =
      List.of(
          "attune",
          "local/servers/zipkin.sh",
          "local/servers/prometheus.sh",
          "system-tests/verb.sh",
          "deploy/images/verb.sh",
          "deploy/images/registry.sh");

  @TempDir private Path checkout;

  private Path lock;

  @BeforeEach
  void copy() throws IOException {
    for (String script : SCRIPTS) {
      Path copy = checkout.resolve(script);
      Files.createDirectories(copy.getParent());
      Files.copy(Checkout.find().root().resolve(script), copy);
    }
    Path maven = checkout.resolve("mvnw");
    Files.writeString(maven, "#!/bin/sh\n[ \"$*\" != \"${*%--version}\" ]\n");
    assertThat(maven.toFile().setExecutable(true)).isTrue();
    lock = Files.createDirectories(checkout.resolve("target")).resolve("attune-build.lock");
  }

  @Test
  void whoWaitsSaysForWhom() throws IOException {
    Process other = new ProcessBuilder("sleep", "2").start();
    Files.writeString(lock, other.pid() + "\n");

    assertThat(build())
        .contains("Waiting for process " + other.pid() + ", which builds in this checkout")
        .contains("the build failed");
  }

  @Test
  void theLockOfOneThatIsGoneHindersNobody() throws IOException, InterruptedException {
    Process gone = new ProcessBuilder("true").start();
    var unused = gone.waitFor();
    Files.writeString(lock, gone.pid() + "\n");

    assertThat(build()).contains("the build failed").doesNotContain("Waiting");
  }

  @Test
  void aLockThatCanNotBeWrittenIsSaid() throws IOException {
    Files.delete(lock.getParent());
    Files.createSymbolicLink(lock.getParent(), Path.of("/proc"));

    assertThat(build()).contains("can't be written");
  }

  private String build() {
    Shell.Result ended = Shell.run(List.of(checkout.resolve("attune").toString(), "status"));
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(lock).doesNotExist();
    return ended.output();
  }
}
