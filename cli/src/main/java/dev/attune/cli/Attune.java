package dev.attune.cli;

import dev.attune.core.yaml.PlaybookException;
import dev.attune.core.scoring.ModelException;
import dev.attune.local.infra.ServerException;
import dev.attune.training.UserFault;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

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
      ImportCommand.class,
      TrainCommand.class,
      ModelsCommand.class,
      SegmentsCommand.class,
      FeaturesCommand.class,
      ReplayCommand.class,
      PlaybookCommand.class,
      RespondCommand.class,
      ExplainCommand.class,
      KpisCommand.class,
      EraseCommand.class
    })
public final class Attune {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this text and exit.")
  private boolean help;

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
    boolean expected =
        failure instanceof UserFault
            || failure instanceof ServerException
            || failure instanceof PlaybookException
            || failure instanceof ModelException;
    String sentence = expected ? failure.getMessage() : "unexpected failure: " + failure;
    command.getErr().println("attune: " + sentence);
    if (System.getenv("ATTUNE_DEBUG") != null) {
      failure.printStackTrace(command.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
