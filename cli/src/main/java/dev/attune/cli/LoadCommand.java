package dev.attune.cli;

import dev.attune.local.infra.Ports;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Has Locust put load on the stack. */
@Command(
    name = "load",
    description = {
      "Starts the stack and puts load on it with Locust: event senders, and chat",
      "users who think between their messages. Prints the report, and fails when an",
      "objective was missed."
    },
    sortOptions = false)
final class LoadCommand implements Callable<Integer> {
  /** What {@code locustfile.py} ends with. */
  private static final int OBJECTIVE_MISSED = 3;

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

  @Option(
      names = "--spike",
      description = "Ten times as many users within 10 s, for a third of the time.")
  private boolean spike;

  @Option(
      names = "--reconnect",
      paramLabel = "S",
      description = "Every S seconds all users open new connections at once.")
  private int reconnect;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Processes that make the load (default: ${DEFAULT-VALUE}).")
  private int workers = 1;

  @Option(
      names = "--p99",
      paramLabel = "MS",
      description = "Fail unless 99 of 100 requests of each kind are answered within MS.")
  private int p99;

  @Option(
      names = "--failures",
      paramLabel = "PERCENT",
      description = "Fail when more requests fail (default: ${DEFAULT-VALUE}).")
  private double failures;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Writes rates, times and users over time as a page for the browser.")
  private @Nullable Path report;

  @Override
  public Integer call() throws InterruptedException {
    if (users < 1 || seconds < 1 || workers < 1) {
      throw new UserFault("--users, --seconds and --workers are whole numbers above 0.");
    }
    if (reconnect < 0 || p99 < 0 || !(failures >= 0 && failures <= 100)) {
      throw new UserFault(
          "--reconnect and --p99 are whole numbers of 0 or more, --failures is 0 to 100.");
    }
    var settings = StackSettings.fromEnvironment(System.getenv());
    UpCommand.bring(Terminal.standard(), settings);
    Process locust = locust(settings);
    // who ends this verb ends its load
    Runtime.getRuntime().addShutdownHook(new Thread(locust::destroy, "attune-load-end"));
    check(locust.waitFor());
    return 0;
  }

  /** Refuses what Locust ended with unless all went well. */
  static void check(int status) {
    if (status == OBJECTIVE_MISSED) {
      throw new UserFault("an objective was missed under load; the report above shows which.");
    }
    if (status != 0) {
      throw new UserFault(
          "Locust failed (status %d), so nothing is known of the objectives; its own message is above."
              .formatted(status));
    }
  }

  private Process locust(StackSettings settings) {
    var builder = new ProcessBuilder(command(settings)).inheritIO();
    builder.environment().put("ATTUNE_GATEWAY_URL", settings.gatewayUrl());
    builder.environment().put("ATTUNE_RESPONSES_URL", settings.responsesUrl());
    if (spike) {
      builder.environment().put("ATTUNE_LOAD_SPIKE", users + ":" + seconds);
    }
    builder.environment().put("ATTUNE_LOAD_RECONNECT", Integer.toString(reconnect));
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UserFault(
          "Locust is missing: install it with pip install locust, or on Debian python3-locust.", e);
    }
  }

  private List<String> command(StackSettings settings) {
    List<String> command = new ArrayList<>(List.of("locust", "--headless", "--only-summary"));
    if (!spike) {
      command.addAll(List.of("--users", Integer.toString(users)));
      command.addAll(List.of("--spawn-rate", Integer.toString(users)));
      command.addAll(List.of("--run-time", seconds + "s"));
    }
    if (workers > 1) {
      command.addAll(List.of("--processes", Integer.toString(workers)));
      // two loads on one machine would meet at the usual one
      String port = Integer.toString(Ports.free());
      command.addAll(List.of("--master-bind-port", port, "--master-port", port));
    }
    command.addAll(List.of("--slo-p99", Integer.toString(p99)));
    command.addAll(List.of("--slo-failures", Double.toString(failures / 100)));
    if (report != null) {
      command.addAll(List.of("--html", report.toString()));
    }
    command.addAll(List.of("--host", settings.gatewayUrl()));
    command.add("-f");
    command.add(settings.checkout().root().resolve("load-tests/locustfile.py").toString());
    return command;
  }
}
