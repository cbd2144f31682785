package dev.attune.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The reckoning behind the pages, by Node's own test runner. */
class PagesTest {

  @Test
  void readsMetricsAndReckonsQuantiles() throws Exception {
    assumeTrue(hasNode(), "needs Node.js");

    Process node =
        new ProcessBuilder("node", "--test", "src/test/js/metrics.test.mjs")
            .redirectErrorStream(true)
            .start();
    String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(node.waitFor()).as(said).isZero();
    assertThat(said).contains("# pass 3");
  }

  private static boolean hasNode() throws InterruptedException {
    try {
      return new ProcessBuilder("node", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
