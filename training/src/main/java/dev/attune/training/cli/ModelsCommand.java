package dev.attune.training.cli;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
    name = "models",
    description = "Lists, shows, promotes and rolls back a playbook's model versions.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(list | show | promote | rollback)")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ModelsCommand implements Runnable {
  @Option(
      names = "--playbook",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "The chatbot's folder; $ATTUNE_PLAYBOOK, else playbooks/support.")
  private @Nullable Path playbook;

  @Spec private CommandSpec command;

  @Override
  public void run() {
    throw new picocli.CommandLine.ParameterException(
        command.commandLine(), "Say list, show, promote or rollback.");
  }

  private ModelRegistry registry() {
    return Places.registry(playbook);
  }

  private PrintWriter out() {
    return command.commandLine().getOut();
  }

  @Command(name = "list", description = "All versions, oldest first.")
  int list() throws ModelException {
    List<ModelRegistry.Entry> versions = registry().versions();
    if (versions.isEmpty()) {
      out().println("There is no model yet: ./attune train events.jsonl");
    }
    for (ModelRegistry.Entry entry : versions) {
      ModelManifest manifest = BundleFiles.manifest(entry.dir());
      out()
          .printf(
              "%s %-16s top-1 %s  top-3 %s  %,d rows to %s%n",
              entry.live() ? "live     " : "candidate",
              entry.version(),
              percent(manifest, "top1"),
              percent(manifest, "top3"),
              manifest.data().trainingRows(),
              manifest.data().to());
    }
    out().flush();
    return 0;
  }

  private static String percent(ModelManifest manifest, String metric) {
    Double value = manifest.metrics().get(metric);
    return value == null ? "    –" : "%4.1f %%".formatted(100 * value);
  }

  @Command(name = "show", description = "A version's report.")
  int show(@Parameters(paramLabel = "VERSION", description = "As listed.") String version)
      throws ModelException {
    ModelRegistry.Entry entry =
        registry().versions().stream()
            .filter(e -> e.version().equals(version))
            .findFirst()
            .orElseThrow(() -> new UserFault("There is no version " + version + "."));
    try {
      Path report = entry.dir().resolve("report.md");
      out()
          .println(
              Files.exists(report)
                  ? Files.readString(report)
                  : Files.readString(entry.dir().resolve(BundleFiles.MANIFEST)));
    } catch (IOException e) {
      throw new UserFault("The report of " + version + " can't be read.", e);
    }
    out().flush();
    return 0;
  }

  @Command(
      name = "promote",
      description = "Makes a version live, when its gates and self-check pass.")
  int promote(
      @Parameters(paramLabel = "VERSION", description = "As listed.") String version,
      @Option(names = "--force", description = "Even when a gate fails.") boolean force)
      throws ModelException {
    ModelRegistry registry = registry();
    Path dir = registry.root().resolve(version);
    if (!force && Files.exists(dir.resolve(BundleFiles.MANIFEST))) {
      List<String> failures =
          Playbook.load(Places.playbookDir(playbook))
              .training()
              .failures(BundleFiles.manifest(dir).metrics());
      if (!failures.isEmpty()) {
        throw new UserFault(
            "%s stays a candidate: %s; --force overrides."
                .formatted(version, String.join("; ", failures)));
      }
    }
    registry.promote(version);
    out().println(version + " is live.");
    out().flush();
    return 0;
  }

  @Command(name = "rollback", description = "Makes the version live that was so before.")
  int rollback() throws ModelException {
    out().println(registry().rollback() + " is live again.");
    out().flush();
    return 0;
  }
}
