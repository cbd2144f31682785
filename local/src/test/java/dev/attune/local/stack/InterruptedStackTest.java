package dev.attune.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.files.Folders;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterruptedStackTest {
  @Test
  void whatIsStartedEndsWithItsProgramAndThenItsFolderGoes(@TempDir Path folder) throws Exception {
    Path home = Files.createDirectories(folder.resolve("home"));
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                InterruptedStackTest.class.getName(),
                home.toString())
            .start();
    try (var printed = program.inputReader()) {
      ProcessHandle redis =
          ProcessHandle.of(Long.parseLong(printed.readLine().strip())).orElseThrow();
      try {
        program.destroy();

        assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Processes.isAlive(redis)).isFalse();
        assertThat(home).doesNotExist();
      } finally {
        Processes.stop(redis);
      }
    } finally {
      program.destroyForcibly();
    }
  }

  /** A program with a Redis of its own, which it tells; it goes on until it is ended. */
  public static void main(String[] arguments) throws InterruptedException {
    Path home = Path.of(arguments[0]);
    Path playbook = Checkout.find().root().resolve("playbooks/support");
    var stack = new LocalStack(StackSettings.isolated(home, playbook), StackListener.SILENT);
    try (var unused = stack.undoneWhenInterrupted(() -> Folders.delete(home))) {
      stack.up(Part.REDIS);
      System.out.println(stack.process(Part.REDIS).orElseThrow().pid());
      new CountDownLatch(1).await();
    }
  }
}
