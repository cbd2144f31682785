package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs scripts that drive a real browser. */
final class Node {
  static final Path CHROMIUM =
      Path.of(System.getenv().getOrDefault("ATTUNE_CHROMIUM", "/usr/bin/chromium"));

  /** A minute offline and what runs beside it, on a busy machine. */
  private static final Duration LONGEST = Duration.ofMinutes(6);

  private Node() {}

  /** Skips the test where there is no browser, or no Node.js to drive it. */
  static void assumeWithBrowser() {
    assumeTrue(Files.isExecutable(CHROMIUM), "needs Chromium; ATTUNE_CHROMIUM names another");
    assumeTrue(Shell.has("npm"), "needs Node.js with npm");
  }

  /** Fetches a package's dependencies, the browser's driver among them. */
  static void install(Path folder) throws IOException, InterruptedException {
    if (!Files.isDirectory(folder.resolve("node_modules"))) {
      run(folder, Map.of(), List.of("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"));
    }
  }

  /** Runs a command to its end, which must be a good one. */
  static void run(Path folder, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("attune-node", ".log");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).as("in time").isTrue();
      assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Files.deleteIfExists(out);
    }
  }
}
