package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.files.Folders;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.stack.StackSettings;
import dev.attune.simulation.PastWorld;
import dev.attune.simulation.SimulationSpec;
import dev.attune.training.Progress;
import dev.attune.training.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * The simulated shop on a running stack, while its model has seen only the beginning of the past.
 */
final class YoungShop {
  private static final Duration LIMIT = Duration.ofSeconds(400);

  private final StackSettings settings;
  private final Path folder;
  private final Map<String, String> environment;

  YoungShop(RunningStack stack, Path folder) {
    this(stack, folder, Map.of());
  }

  /**
   * With variables of the environment for the loop.
   *
   * @param folder for files of its own
   */
  YoungShop(RunningStack stack, Path folder, Map<String, String> environment) {
    this.settings = stack.settings();
    this.folder = folder;
    this.environment = environment;
    // an earlier run's, which a purge of the stack leaves alone
    Folders.delete(export());
  }

  ModelRegistry registry() {
    return new ModelRegistry(settings.models().resolve(Playbook.load(settings.playbook()).name()));
  }

  /** The events before now, oldest first, a line each. */
  List<String> past() throws IOException {
    Path file = folder.resolve("past.jsonl");
    PastWorld.write(SimulationSpec.load(settings.playbook()), 11, Instant.now(), file);
    return Files.readAllLines(file);
  }

  /** Makes a version live that has seen these events only. */
  String goLiveAfter(List<String> events) throws IOException, ModelException {
    Path file = Files.write(folder.resolve("little.jsonl"), events);
    String version =
        Trainer.train(
                new Trainer.Request(
                    file,
                    Playbook.load(settings.playbook()),
                    Long.MIN_VALUE,
                    Long.MAX_VALUE,
                    registry(),
                    Instant.now()),
                Progress.SILENT)
            .version();
    registry().promoteDespiteGates(version);
    return version;
  }

  /** Where the loop keeps the past. */
  Path export() {
    return settings.home().resolve("export");
  }

  /** Runs the command until it has come so far, and kills it. */
  void kill(Callable<Boolean> far, String... arguments) throws IOException, InterruptedException {
    Path out = killed();
    Process process = AttuneCommand.beginWatched(settings, out, environment, arguments);
    try {
      Eventually.holds("it has come so far", () -> !process.isAlive() || far.call());
      assertThat(process.isAlive()).as(AttuneCommand.said(out)).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(process.exitValue()).as("killed at once").isEqualTo(128 + 9);
  }

  /** What the command that was killed has said. */
  String said() {
    return AttuneCommand.said(killed());
  }

  private Path killed() {
    return folder.resolve("killed.out");
  }

  /** Runs the loop once, in seconds in place of days; the lines that it prints. */
  List<String> retrain() throws IOException, InterruptedException {
    return run(LIMIT, "retrain", "--quick");
  }

  /** Runs a command to its good end within a time; the lines that it prints. */
  List<String> run(Duration within, String... arguments) throws IOException, InterruptedException {
    Path out = folder.resolve("retrain.out");
    Process process = AttuneCommand.begin(settings, out, environment, arguments);
    try {
      assertThat(process.waitFor(within)).as(Files.readString(out)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    return Files.readAllLines(out);
  }
}
