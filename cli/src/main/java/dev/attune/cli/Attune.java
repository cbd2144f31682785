package dev.attune.cli;

import dev.attune.bench.BenchmarkException;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.yaml.PlaybookException;
import dev.attune.kafka.SettingsException;
import dev.attune.kafka.audit.AuditException;
import dev.attune.local.infra.ServerException;
import dev.attune.training.UserFault;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
      DiagnoseCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      TopicsCommand.class,
      DemoCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      TrainCommand.class,
      RetrainCommand.class,
      LabelCommand.class,
      ModelsCommand.class,
      SegmentsCommand.class,
      FeaturesCommand.class,
      QualityCommand.class,
      ReplayCommand.class,
      PlaybookCommand.class,
      RespondCommand.class,
      ExplainCommand.class,
      KpisCommand.class,
      EraseCommand.class,
      CachesCommand.class,
      BenchCommand.class,
      LoadCommand.class,
      ChaosCommand.class
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
        .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command))
        .setParameterExceptionHandler((mistake, arguments) -> refuse(mistake));
  }

  private static int refuse(ParameterException mistake) {
    CommandLine command = mistake.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println("attune: " + mistake.getMessage() + "; see " + name + " --help.");
    return CommandLine.ExitCode.USAGE;
  }

  // one plain sentence; the stack trace is for those who ask for it
  private static int report(Exception failure, CommandLine command) {
    boolean expected =
        failure instanceof UserFault
            || failure instanceof ServerException
            || failure instanceof PlaybookException
            || failure instanceof ModelException
            || failure instanceof SettingsException
            || failure instanceof BenchmarkException;
    String sentence = expected ? failure.getMessage() : "unexpected failure: " + failure;
    if (failure instanceof AuditException) {
      sentence = "It isn't done, since it can't be recorded: " + failure.getMessage() + ".";
    }
    if (failure instanceof KafkaException) {
      sentence =
          "The request to Kafka failed; see ./attune status. It says: " + failure.getMessage();
    }
    command.getErr().println("attune: " + sentence);
    if (System.getenv("ATTUNE_DEBUG") != null) {
      failure.printStackTrace(command.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
