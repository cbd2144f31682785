package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs scripts that drive a real browser. */
final class Node {
  static final Path CHROMIUM =
      Path.of(System.getenv().getOrDefault("ATTUNE_CHROMIUM", "/usr/bin/chromium"));

  /** A minute offline and what runs beside it, on a busy machine. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private Node() {}

  static boolean hasBrowser() {
    return Files.isExecutable(CHROMIUM) && Shell.has("npm");
  }

  /** Skips the test where there is no browser, or no Node.js to drive it. */
  static void assumeWithBrowser() {
    assumeTrue(Files.isExecutable(CHROMIUM), "needs Chromium; ATTUNE_CHROMIUM names another");
    assumeTrue(Shell.has("npm"), "needs Node.js with npm");
  }

  /**
   * Runs tests of the console's pages before a stack.
   *
   * @param environment what they need beside the browser and the console's address
   * @param scripts of {@code console/src/test/js}
   */
  static void browse(StackSettings stack, Map<String, String> environment, String... scripts)
      throws IOException, InterruptedException {
    Path console = stack.checkout().root().resolve("console");
    install(console);
    var all = new HashMap<>(environment);
    all.put("ATTUNE_CHROMIUM", CHROMIUM.toString());
    all.put("ATTUNE_CONSOLE_URL", stack.consoleUrl());
    all.put("ATTUNE_BROWSER_DRIVER", console.resolve("package.json").toString());
    if (Boolean.getBoolean("attune.test.long")) {
      all.put("ATTUNE_TEST_LONG", "true");
    }
    var command = new ArrayList<>(List.of("node", "--test", "--test-concurrency=1"));
    Stream.of(scripts).map(script -> "src/test/js/" + script).forEach(command::add);
    run(console, all, command);
  }

  /**
   * Fetches a package's dependencies, the browser's driver among them; another JVM may need them,
   * too.
   */
  static void install(Path folder) throws IOException, InterruptedException {
    Path target = Files.createDirectories(Checkout.find().root().resolve("system-tests/target"));
    Path lock = target.resolve(folder.getFileName() + ".npm-lock");
    try (var file = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var held = file.lock()) {
      if (!Files.isDirectory(folder.resolve("node_modules"))) {
        run(folder, Map.of(), List.of("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"));
      }
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
