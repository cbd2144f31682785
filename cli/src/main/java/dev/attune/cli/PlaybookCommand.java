package dev.attune.cli;

import dev.attune.core.playbook.Playbook;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Checks a playbook. */
@Command(
    name = "playbook",
    description = "Checks a playbook.",
    subcommands = {PlaybookCommand.Check.class, PlaybookQuestionsCommand.class})
final class PlaybookCommand {
  /** Reads the whole playbook. */
  @Command(
      name = "check",
      description = {
        "Reads the whole playbook, as every service does before it starts, and reports each",
        "mistake with its file and line."
      })
  static final class Check implements Callable<Integer> {
    @Parameters(
        paramLabel = "DIR",
        arity = "0..1",
        description = "The playbook's folder; $ATTUNE_PLAYBOOK, else playbooks/support.")
    private @Nullable Path folder;

    @Override
    public Integer call() {
      Path dir =
          folder == null ? StackSettings.fromEnvironment(System.getenv()).playbook() : folder;
      Playbook playbook = Playbook.load(dir);
      Terminal.standard()
          .line(
              "No problems found in %s: %d features, %d segments, slots %s, experiments %s"
                  .formatted(
                      playbook.name(),
                      playbook.features().columns().size(),
                      playbook.segments().names().size(),
                      playbook.replies().slotNames(),
                      playbook.experiments().ids()));
      return 0;
    }
  }
}
