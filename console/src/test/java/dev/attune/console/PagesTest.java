package dev.attune.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The reckoning behind the pages, by Node's own test runner. */
class PagesTest {
  /** Which tell a module by what is in it. */
  private static final int FIRST_WITH_PLAIN_MODULES = 2019;

  @Test
  void saysFiguresInWordsAndUnits() throws Exception {
    assumeTrue(nodeVersion() >= FIRST_WITH_PLAIN_MODULES, "needs Node.js 20.19 or newer");

    List<String> command = new ArrayList<>(List.of("node", "--test", "--test-reporter=tap"));
    try (Stream<Path> files = Files.list(Path.of("src/test/js"))) {
      files.map(Path::toString).filter(name -> name.endsWith(".test.mjs")).forEach(command::add);
    }
    Process node = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(node.waitFor()).as(said).isZero();
    assertThat(command).hasSizeGreaterThan(3);
    assertThat(said).doesNotContain("# pass 0");
  }

  /** Major version and two digits of the minor one; 0 without Node.js. */
  private static int nodeVersion() {
    try {
      Process node = new ProcessBuilder("node", "--version").start();
      String[] parts =
          new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .substring(1)
              .split("\\.");
      return Integer.parseInt(parts[0]) * 100 + Integer.parseInt(parts[1]);
    } catch (IOException e) {
      return 0;
    }
  }
}
