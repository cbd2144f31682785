package dev.attune.cli;

import dev.attune.core.playbook.Playbook;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Looks after a playbook. */
@Command(
    name = "playbook",
    description = "Looks after a playbook.",
    subcommands = PlaybookCommand.Check.class)
final class PlaybookCommand {
  /** Reads it whole. */
  @Command(
      name = "check",
      description = {
        "Reads a playbook whole, as every service does before it starts, and names each mistake",
        "with its file and line."
      })
  static final class Check implements Callable<Integer> {
    @Parameters(
        paramLabel = "DIR",
        arity = "0..1",
        description = "The playbook's folder; ATTUNE_PLAYBOOK or playbooks/support without it.")
    private @Nullable Path folder;

    @Override
    public Integer call() {
      Path dir =
          folder == null ? StackSettings.fromEnvironment(System.getenv()).playbook() : folder;
      Playbook playbook = Playbook.load(dir);
      Terminal.standard()
          .line(
              "%s is whole: %d features, %d segments, slots %s, experiments %s"
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
