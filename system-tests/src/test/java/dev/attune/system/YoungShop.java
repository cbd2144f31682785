package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

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

/** The simulated shop on a running stack, while its model has seen a few customers only. */
final class YoungShop {
  private static final Duration LIMIT = Duration.ofSeconds(400);

  private final StackSettings settings;
  private final Path folder;

  YoungShop(RunningStack stack, Path folder) {
    this.settings = stack.settings();
    this.folder = folder;
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

  /** Runs the loop once, in seconds in place of days; the lines that it prints. */
  List<String> retrain() throws IOException, InterruptedException {
    Path out = folder.resolve("retrain.out");
    Process process = AttuneCommand.begin(settings, out, "retrain", "--quick");
    try {
      assertThat(process.waitFor(LIMIT)).as(Files.readString(out)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    return Files.readAllLines(out);
  }
}
