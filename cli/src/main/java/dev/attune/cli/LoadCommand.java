package dev.attune.cli;

import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Has Locust put load on the stack. */
@Command(
    name = "load",
    description = {
      "Starts the stack and puts load on it with Locust: event senders and chat users. Prints the",
      "report."
    },
    sortOptions = false)
final class LoadCommand implements Callable<Integer> {
  @Option(
      names = "--users",
      paramLabel = "N",
      description = "Simulated users at once (default: ${DEFAULT-VALUE}).")
  private int users = 20;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long (default: ${DEFAULT-VALUE}).")
  private int seconds = 30;

  @Override
  public Integer call() throws InterruptedException {
    if (users < 1 || seconds < 1) {
      throw new UserFault("--users and --seconds are whole numbers above 0.");
    }
    var settings = StackSettings.fromEnvironment(System.getenv());
    UpCommand.bring(Terminal.standard(), settings);
    if (locust(settings).waitFor() != 0) {
      throw new UserFault("requests failed under load; the report above shows which.");
    }
    return 0;
  }

  private Process locust(StackSettings settings) {
    var builder = new ProcessBuilder(command(settings)).inheritIO();
    builder.environment().put("ATTUNE_GATEWAY_URL", settings.gatewayUrl());
    builder.environment().put("ATTUNE_RESPONSES_URL", settings.responsesUrl());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UserFault(
          "Locust is missing: install it with pip install locust, or on Debian python3-locust.", e);
    }
  }

  private List<String> command(StackSettings settings) {
    return List.of(
        "locust",
        "--headless",
        "--only-summary",
        "--users",
        Integer.toString(users),
        "--spawn-rate",
        Integer.toString(users),
        "--run-time",
        seconds + "s",
        "--host",
        settings.gatewayUrl(),
        "-f",
        settings.checkout().root().resolve("load-tests/locustfile.py").toString());
  }
}
