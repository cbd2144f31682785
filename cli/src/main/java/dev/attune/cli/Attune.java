package dev.attune.cli;

import dev.attune.core.playbook.PlaybookException;
import dev.attune.local.infra.ServerException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry of the command line; one class a verb. */
@Command(
    name = "./attune",
    description = "Attune: real-time personalization for chatbots.",
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      LogsCommand.class,
      DemoCommand.class,
      ReplayCommand.class,
      EraseCommand.class,
      PlaybookCommand.class,
      RespondCommand.class,
      ExplainCommand.class,
      FeaturesCommand.class,
      KpisCommand.class
    })
public final class Attune {
  private Attune() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Attune())
        .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command));
  }

  // one plain sentence; the stack trace is for those who ask for it
  private static int report(Exception failure, CommandLine command) {
    boolean expected = failure instanceof ServerException || failure instanceof PlaybookException;
    String sentence = expected ? failure.getMessage() : "unexpected failure: " + failure;
    command.getErr().println("attune: " + sentence);
    if (System.getenv("ATTUNE_DEBUG") != null) {
      failure.printStackTrace(command.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
