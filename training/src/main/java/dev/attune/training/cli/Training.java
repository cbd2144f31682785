package dev.attune.training.cli;

import dev.attune.core.playbook.PlaybookException;
import dev.attune.core.scoring.ModelException;
import dev.attune.training.UserFault;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry of the training command line; one class a verb. */
@Command(
    name = "./attune",
    description = "Historical logs to events, events to models.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ImportCommand.class,
      TrainCommand.class,
      ModelsCommand.class,
      SegmentsCommand.class,
      FeaturesCommand.class
    })
public final class Training {
  private Training() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Training())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command));
  }

  // one plain sentence; the stack trace is for those who ask for it
  private static int report(Exception failure, CommandLine command) {
    boolean expected =
        failure instanceof UserFault
            || failure instanceof ModelException
            || failure instanceof PlaybookException;
    String sentence = expected ? failure.getMessage() : "unexpected failure: " + failure;
    command.getErr().println("attune: " + sentence);
    if (System.getenv("ATTUNE_DEBUG") != null) {
      failure.printStackTrace(command.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
