package dev.attune.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
  void theStartThatTheKernelTellsCountsMoreThanAnyClock() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/stat")), "needs Linux");
    long pid = ProcessHandle.current().pid();
    String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    String stat = Files.readString(Path.of("/proc/self/stat"));
    // the 22nd; the name, in brackets, is the second
    String ticks = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];

    PidFile ours = written(pid + "\n" + boot + " " + ticks);
    Files.setLastModifiedTime(ours.file(), FileTime.from(Instant.now().minus(Duration.ofDays(1))));
    assertThat(ours.process()).map(ProcessHandle::pid).hasValue(pid);

    assertThat(written(pid + "\n" + boot + " 1" + ticks).process()).as("another's").isEmpty();
    assertThat(written(pid + "\nanother-boot " + ticks).process()).as("a reboot").isEmpty();
  }

  @Test
  void knowsNoProcessWithoutFile() {
    assertThat(new PidFile(folder.resolve("none.pid")).process()).isEmpty();
  }

  private PidFile written(long pid) throws IOException {
    return written(Long.toString(pid));
  }

  private PidFile written(String text) throws IOException {
    return new PidFile(Files.writeString(folder.resolve("part.pid"), text + "\n"));
  }
}
