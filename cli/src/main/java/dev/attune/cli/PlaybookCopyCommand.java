package dev.attune.cli;

import dev.attune.core.files.Folders;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes a playbook of one's own from another. */
@Command(
    name = "copy",
    description = {
      "Copies a playbook together with its live model, so that you can work on the copy.",
      "The original and what runs stay as they are."
    })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class PlaybookCopyCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FROM", description = "The playbook's folder.")
  private Path from;

  @Parameters(index = "1", paramLabel = "TO", description = "A folder that does not exist yet.")
  private Path to;

  @Override
  public Integer call() throws ModelException {
    if (!Files.isDirectory(from)) {
      throw new UserFault("There is no playbook " + from + ".");
    }
    if (Files.exists(to)) {
      throw new UserFault(to + " exists already.");
    }
    copy(from, to);
    Terminal screen = Terminal.standard();
    screen.line(
        model(screen)
            .map(version -> "%s is a copy of %s, with its model %s.".formatted(to, from, version))
            .orElse("%s is a copy of %s, which has no live model.".formatted(to, from)));
    screen.line("  find problems   ./attune playbook check " + to);
    screen.line("  talk to it      ATTUNE_PLAYBOOK=" + to + " ./attune up");
    screen.line("  go back         ./attune up");
    return 0;
  }

  /** Publishes the original's live version for the copy. */
  private Optional<String> model(Terminal screen) throws ModelException {
    ModelRegistry source = PlaybookFolders.registry(from);
    Optional<String> live = source.live().map(ModelRegistry.Live::version);
    if (live.isPresent()) {
      ModelRegistry target = PlaybookFolders.registry(to);
      Path staged = target.stage();
      copy(source.published(live.get()), staged);
      Path unused = target.publish(staged, live.get());
      // it is the copy's first version, and was live: its gates are not asked again
      new SlotAudit(screen)
          .makeFirstLive(target, live.get(), "it is live in the playbook copied from");
    }
    return live;
  }

  private static void copy(Path source, Path target) {
    try {
      Folders.copy(source, target);
    } catch (IOException e) {
      throw new UserFault("%s can't be copied to %s: %s.".formatted(source, target, e), e);
    }
  }
}
