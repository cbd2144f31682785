package dev.attune.cli;

import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import dev.attune.simulation.SimulationSpec;
import dev.attune.simulation.demo.Demo;
import dev.attune.simulation.demo.FirstModel;
import dev.attune.training.UserFault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the whole pipeline at work. */
@Command(
    name = "demo",
    description = {
      "Simulated customers of a shop's support bot, through the whole pipeline.",
      "Starts the stack, trains a model when none is live, shows live figures, sums up.",
      "The stack stays up; Ctrl-C stops what this run started."
    })
final class DemoCommand implements Callable<Integer> {
  static final long TRAINING_SEED = 20_260_102;

  @Option(names = "--users", description = "Customers (default: ${DEFAULT-VALUE}).")
  private int users = 1_000;

  @Option(names = "--rate", description = "Events per second (default: ${DEFAULT-VALUE}).")
  private double rate = 60;

  @Option(names = "--seconds", description = "How long (default: ${DEFAULT-VALUE}).")
  private int seconds = 60;

  @Option(
      names = "--seed",
      description = "Repeats the same customers. Without it, each run has different ones.")
  private @Nullable Long seed;

  @Override
  public Integer call() throws InterruptedException {
    if (users < 1 || rate <= 0 || seconds < 1) {
      throw new UserFault("--users, --rate and --seconds must be above 0.");
    }
    if (PlaybookFolders.areModelsShared()) {
      throw new UserFault(
          "The demo trains a model on simulated customers, and ATTUNE_MODELS_DIR names a bucket,"
              + " which others use, too. Run it without ATTUNE_MODELS_DIR, in an ATTUNE_HOME of its"
              + " own.");
    }
    var screen = Terminal.standard();
    var settings = StackSettings.fromEnvironment(System.getenv());
    SimulationSpec spec = SimulationSpec.load(settings.playbook());
    LocalStack stack = UpCommand.bring(screen, settings);
    try (var undone = stack.undoneWhenInterrupted()) {
      new FirstModel(screen, settings, spec, DemoCommand::train).ensure(TRAINING_SEED);
      UpCommand.warmUp(screen, stack);
      screen.line("  Watch it, and talk to the bot: " + screen.bold(settings.consoleUrl()));
      long customers = seed == null ? System.currentTimeMillis() : seed;
      new Demo(screen, settings, spec).run(users, rate, Duration.ofSeconds(seconds), customers);
    }
    screen.line(
        "  The stack stays up: %s, ./attune status, ./attune logs, ./attune down."
            .formatted(settings.consoleUrl()));
    return 0;
  }

  static void train(Path events) {
    if (Attune.commandLine().execute("train", "--quick", events.toString())
        != CommandLine.ExitCode.OK) {
      throw new UserFault("No model could be trained; its own message is above.");
    }
  }
}
