package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.infra.Checkout;
import dev.attune.simulation.PastWorld;
import dev.attune.simulation.SimulationSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verbs that read an export give what they give of the events that were exported. */
class ExportReadersIT {
  private static final int BATCH = 500;
  private static final Instant END = Instant.parse("2025-03-20T00:00:00Z");

  private final RunningStack stack = RunningStack.shared();

  @TempDir private Path folder;

  @Test
  void anExportTeachesAndShowsWhatItsEventsDo() throws Exception {
    Path playbook =
        PlaybookCopy.in(
            folder.resolve("used"), Checkout.find().root().resolve("playbooks/support"));
    PlaybookCopy.edit(playbook.resolve("simulation.yaml"), "users: 1600", "users: 150");
    Path events = folder.resolve("past.jsonl");
    PastWorld.write(SimulationSpec.load(playbook), 20, END, events);
    send(Files.readAllLines(events));
    Path export = folder.resolve("export");
    // no other test's events are of this time
    run("export", "--out", export.toString(), "--from", "2025-03-01", "--to", "2025-03-21");

    assertThat(learned(export, playbook)).isEqualTo(learned(events, playbook));
    assertThat(run("features", "try", export.toString()))
        .hasSizeGreaterThan(30)
        .isEqualTo(run("features", "try", events.toString()));
    Path edited = PlaybookCopy.in(folder.resolve("edited"), playbook);
    PlaybookCopy.edit(
        edited.resolve("segments.yaml"), "enter: messages_1h >= 5", "enter: messages_1h >= 3");
    assertThat(run("segments", "try", export.toString(), "--playbook", edited.toString()))
        .anyMatch(line -> line.contains("entering: past-"))
        .isEqualTo(run("segments", "try", events.toString(), "--playbook", edited.toString()));
  }

  private void send(List<String> events) {
    for (int i = 0; i < events.size(); i += BATCH) {
      List<String> batch = events.subList(i, Math.min(events.size(), i + BATCH));
      assertThat(stack.gateway.send(batch).rejected()).isEmpty();
    }
  }

  /** What a version is made of, to the bit, and what it says of itself. */
  private Map<String, Object> learned(Path events, Path playbook) throws Exception {
    Path models = folder.resolve("models-of-" + events.getFileName());
    var unused =
        AttuneCommand.printed(
            stack.settings(),
            Map.of("ATTUNE_MODELS_DIR", models.toString()),
            "train",
            events.toString(),
            "--playbook",
            playbook.toString(),
            "--quick");
    var registry = new ModelRegistry(models.resolve("support"));
    String version = registry.live().orElseThrow().version();
    ModelManifest manifest = BundleFiles.manifest(registry.published(version));
    Map<String, Object> learned = new TreeMap<>(manifest.checksums());
    // they name the version and the time
    learned.keySet().removeIf(file -> file.startsWith("report."));
    assertThat(learned).containsKey(BundleFiles.MODEL);
    learned.put("metrics", manifest.metrics());
    learned.put("data", manifest.data());
    return learned;
  }

  private List<String> run(String... arguments) {
    return AttuneCommand.printed(stack.settings(), arguments);
  }
}
