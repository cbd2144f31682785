package dev.attune.local.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortsTest {
  private static final int DRAWN = 500;

  /** By chance alone two programs would have some twelve of them in common. */
  @Test
  void twoProgramsNeverDrawTheSamePort() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader printed = other.inputReader()) {
      List<Integer> taken = new ArrayList<>();
      while (taken.size() < DRAWN) {
        taken.add(Integer.valueOf(printed.readLine()));
      }

      List<Integer> drawn = IntStream.range(0, DRAWN).mapToObj(_ -> Ports.free()).toList();

      assertThat(drawn).doesNotHaveDuplicates().doesNotContainAnyElementsOf(taken);
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  /** Draws its ports, prints them and lives on. */
  static final class Other {
    private Other() {}

    public static void main(String[] arguments) throws InterruptedException {
      IntStream.range(0, DRAWN).forEach(_ -> System.out.println(Ports.free()));
      Thread.sleep(60_000);
    }
  }
}
