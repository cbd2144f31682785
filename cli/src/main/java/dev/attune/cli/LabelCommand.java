package dev.attune.cli;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.local.stack.AttuneFolders;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import dev.attune.training.labels.PersonLabels;
import dev.attune.training.labels.UncertainMessages;
import dev.attune.training.labels.UncertainMessages.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** People's labels for what the model can't tell. */
@Command(
    name = "label",
    description = {
      "Asks people where the model is unsure: export a sheet of messages, fill its column label in"
          + " any",
      "spreadsheet, and import it. The console's page Label asks about recent ones.",
      "./attune train and retrain learn from these labels first."
    },
    synopsisSubcommandLabel = "[export | import]")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class LabelCommand {
  @Mixin private final PlaybookOption playbook = new PlaybookOption();

  /** Where a playbook's labels are kept: {@code $ATTUNE_LABELS}, else a file of the stack. */
  static Path kept(@Nullable Path playbook) {
    Optional<String> asked = Variables.find("ATTUNE_LABELS");
    if (asked.isPresent()) {
      return Path.of(asked.get());
    }
    Path folder = PlaybookFolders.playbookDir(playbook).toAbsolutePath().normalize();
    return AttuneFolders.fromEnvironment(System.getenv())
        .home()
        .resolve("labels")
        .resolve(folder.getFileName() + ".csv");
  }

  @Command(
      name = "export",
      description = "Writes the messages that the live model is least sure of to a sheet.",
      sortOptions = false)
  int export(
      @Mixin EventsParameter events,
      @Option(
              names = "--out",
              paramLabel = "FILE.csv",
              defaultValue = "labels.csv",
              description = "The sheet (default: ${DEFAULT-VALUE}).")
          Path out,
      @Option(
              names = "--count",
              paramLabel = "N",
              defaultValue = "100",
              description = "How many messages (default: ${DEFAULT-VALUE}).")
          int count,
      @Mixin TimeRangeOptions times)
      throws ModelException {
    ModelRegistry registry = PlaybookFolders.registry(playbook.folder());
    String live =
        registry
            .live()
            .orElseThrow(() -> new UserFault("No model is live yet: ./attune train EVENTS"))
            .version();
    var messages =
        new UncertainMessages(
            PlaybookFolders.playbook(playbook.folder()),
            ModelBundle.load(registry.published(live), PlaybookFolders.encoders()),
            LabelList.ofStack(kept(playbook.folder()), Terminal.errors()),
            ExclusionList.ofStack(Terminal.errors()));
    List<Message> found;
    try (TerminalProgress progress = new TerminalProgress()) {
      found = messages.find(events.source(), times.range(), count, progress);
    }
    UncertainMessages.write(found, out);
    Terminal screen = Terminal.standard();
    screen.line("%,d messages that version %s is least sure of: %s", found.size(), live, out);
    screen.line("Fill the column label, then: ./attune label import " + out);
    return 0;
  }

  @Command(name = "import", description = "Takes in the labels of a sheet.")
  int take(
      @Parameters(paramLabel = "FILE.csv", description = "With the columns eventId and label.")
          Path sheet) {
    Playbook today = PlaybookFolders.playbook(playbook.folder());
    TrainingSpec.Label label = today.training().label();
    if (label == null) {
      throw new UserFault("The playbook has no training.yaml with a label.");
    }
    Path kept = kept(playbook.folder());
    int count = PersonLabels.add(sheet, label, kept);
    Terminal.standard()
        .line(
            "%,d labels taken in; %,d are kept in %s", count, PersonLabels.load(kept).size(), kept);
    return 0;
  }
}
