package dev.attune.cli.retrain;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelLease;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** A run in a JVM of its own, which can be killed. */
final class RetrainingProcess {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  private RetrainingProcess() {}

  /**
   * @param steps gets a line for each act that it records
   */
  static Process start(ModelRegistry registry, Path playbook, Path past, URI services, Path steps)
      throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            RetrainingProcess.class.getName(),
            registry.place(),
            playbook.toString(),
            past.toString(),
            services.toString(),
            steps.toString())
        .inheritIO()
        .start();
  }

  public static void main(String[] arguments) throws Exception {
    var registry = new ModelRegistry(Path.of(arguments[0]));
    Path past = Path.of(arguments[2]);
    URI services = URI.create(arguments[3]);
    Path steps = Path.of(arguments[4]);
    InstantSource clock = InstantSource.system();
    try (ModelLease unused = registry.lease("retrain").orElseThrow();
        var nobody = new PrintStream(OutputStream.nullOutputStream())) {
      var unusedToo =
          new Retraining(
                  Playbook.load(Path.of(arguments[1])),
                  registry,
                  new ServingView(services, services, "secret"),
                  new StepLog(
                      new Terminal(nobody, false, false, 80),
                      (act, unusedSteps) -> add(steps, act.action()),
                      clock),
                  clock,
                  BETWEEN_LOOKS)
              .run(RetrainingTest.request(past, () -> {}, false), Progress.SILENT);
    }
  }

  private static void add(Path steps, String line) {
    try {
      Files.write(steps, List.of(line), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
