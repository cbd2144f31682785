package dev.attune.cli;

import dev.attune.cli.playbook.PlaybookCheck;
import dev.attune.cli.playbook.PlaybookReport;
import dev.attune.core.yaml.PlaybookException;
import dev.attune.local.terminal.Terminal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks, tries and copies playbooks. */
@Command(
    name = "playbook",
    description = "Checks, tries and copies playbooks.",
    subcommands = {
      PlaybookCommand.Check.class,
      PlaybookQuestionsCommand.class,
      PlaybookCopyCommand.class
    })
final class PlaybookCommand {
  /** Reads the whole playbook. */
  @Command(
      name = "check",
      description = {
        "Finds a playbook's mistakes, each with its file, line and column.",
        "Reads the whole folder, as services do before they start. Errors stop the",
        "services that read the file (exit 1). Warnings are shown and stop nothing (exit 0)."
      })
  static final class Check implements Callable<Integer> {
    @Parameters(
        paramLabel = "DIR",
        arity = "0..1",
        description = "The playbook's folder; $ATTUNE_PLAYBOOK, else playbooks/support.")
    private @Nullable Path folder;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
      Path dir = PlaybookFolders.playbookDir(folder);
      try {
        PlaybookReport.lines(PlaybookCheck.of(dir)).forEach(Terminal.standard()::line);
        return CommandLine.ExitCode.OK;
      } catch (PlaybookException e) {
        // places first, without a word before them: editors and terminals make links of them
        spec.commandLine().getErr().println(e.getMessage());
        return CommandLine.ExitCode.SOFTWARE;
      }
    }
  }
}
