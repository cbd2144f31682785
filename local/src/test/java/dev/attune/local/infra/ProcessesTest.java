package dev.attune.local.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessesTest {
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void aProcessWhoseParentDoesNotCareHasEnded() throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "needs Linux");
    // the second sleep takes the place of the first one's parent
    Process parent = new ProcessBuilder("bash", "-c", "sleep 0.5 & echo $!; exec sleep 60").start();
    try (BufferedReader printed = parent.inputReader()) {
      ProcessHandle child = ProcessHandle.of(Long.parseLong(printed.readLine())).orElseThrow();

      assertThat(Processes.awaitEnd(child, SHORT)).as("it still runs").isFalse();
      assertThat(Processes.awaitEnd(child, LONG)).isTrue();

      assertThat(child.isAlive()).as("Java tells so, since it is listed").isTrue();
      assertThat(Processes.isAlive(child)).isFalse();
      assertThat(Processes.isAlive(parent.toHandle())).isTrue();
    } finally {
      parent.destroy();
    }
    assertThat(Processes.awaitEnd(parent.toHandle(), LONG)).isTrue();
  }
}
