package dev.attune.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The reckoning behind the pages, by Node's own test runner. */
class PagesTest {
  /** Which tell a module by what is in it. */
  private static final int FIRST_WITH_PLAIN_MODULES = 2019;

  @Test
  void readsMetricsAndReckonsQuantiles() throws Exception {
    assumeTrue(nodeVersion() >= FIRST_WITH_PLAIN_MODULES, "needs Node.js 20.19 or newer");

    Process node =
        new ProcessBuilder("node", "--test", "--test-reporter=tap", "src/test/js/metrics.test.mjs")
            .redirectErrorStream(true)
            .start();
    String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(node.waitFor()).as(said).isZero();
    assertThat(said).contains("# pass 3");
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
