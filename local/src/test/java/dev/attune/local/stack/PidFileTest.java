package dev.attune.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
  @TempDir private Path folder;

  @Test
  void findsTheProcessItWasWrittenFor() throws Exception {
    Process sleeping = new ProcessBuilder("sleep", "60").start();
    try {
      PidFile file = written(sleeping.pid());

      assertThat(file.process()).map(ProcessHandle::pid).hasValue(sleeping.pid());
    } finally {
      sleeping.destroyForcibly().waitFor();
    }
  }

  @Test
  void doesNotTakeAnotherProcessOfTheSameNumberForIt() throws IOException {
    PidFile file = written(ProcessHandle.current().pid());

    Files.setLastModifiedTime(file.file(), FileTime.from(Instant.now().minus(Duration.ofDays(1))));

    assertThat(file.process()).isEmpty();
  }

  @Test
  void knowsNoProcessWithoutFile() {
    assertThat(new PidFile(folder.resolve("none.pid")).process()).isEmpty();
  }

  private PidFile written(long pid) throws IOException {
    return new PidFile(Files.writeString(folder.resolve("part.pid"), pid + "\n"));
  }
}
