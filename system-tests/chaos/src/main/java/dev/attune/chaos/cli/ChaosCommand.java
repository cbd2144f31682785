package dev.attune.chaos.cli;

import dev.attune.bench.Report.Machine;
import dev.attune.bench.cli.Failures;
import dev.attune.chaos.Chaos;
import dev.attune.chaos.Check;
import dev.attune.chaos.Report;
import dev.attune.chaos.Scenario;
import dev.attune.chaos.scenario.BrokerDown;
import dev.attune.chaos.scenario.GatewayKilled;
import dev.attune.chaos.scenario.InferenceKilled;
import dev.attune.chaos.scenario.LeaderKilled;
import dev.attune.chaos.scenario.RedisLost;
import dev.attune.chaos.scenario.RollingRestart;
import dev.attune.chaos.scenario.Soak;
import dev.attune.chaos.scenario.StreamsKilled;
import dev.attune.local.infra.Checkout;
import dev.attune.local.terminal.Screen;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the named scenarios, all of them without names. */
@Command(
    name = "./attune chaos",
    description = {
      "Runs the fault suite: each scenario starts a stack of its own, puts load on it, breaks it,",
      "and compares what clients were told with what is there. A running stack is left alone.",
      "Prints a line a check, writes target/chaos/NAME.json and keeps the stack's logs beside it.",
      "docs/reliability.md tells what each line is, and which tests show those without a scenario."
    })
public final class ChaosCommand implements Callable<Integer> {
  private static final int LARGEST_SEED = 1_000_000;

  private final List<Scenario> all;
  private final Path folder;
  private final Screen screen;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text and exit.")
  private boolean help;

  @Option(
      names = "--times",
      paramLabel = "N",
      description = "How often the fault happens (default: as the scenario says).")
  private @Nullable Integer times;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long broker is down and soak lasts (default: 60 and 1800).")
  private @Nullable Integer seconds;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "Of moments, victims and events; a run prints its own (default: random).")
  private @Nullable Long seed;

  @Parameters(paramLabel = "SCENARIO", description = "Which to run; all when none is named.")
  private List<String> names = List.of();

  ChaosCommand(List<Scenario> all, Path folder, Screen screen) {
    this.all = all;
    this.folder = folder;
    this.screen = screen;
  }

  /** Every scenario there is; a new one is added here. */
  static List<Scenario> scenarios() {
    return List.of(
        new GatewayKilled(),
        new StreamsKilled(),
        new InferenceKilled(),
        new RedisLost(),
        new BrokerDown(),
        new LeaderKilled(),
        new RollingRestart(),
        new Soak());
  }

  public static void main(String[] arguments) {
    Path folder = Checkout.find().root().resolve("target/chaos");
    System.exit(commandLine(scenarios(), folder, Screen.standard()).execute(arguments));
  }

  static CommandLine commandLine(List<Scenario> scenarios, Path folder, Screen screen) {
    CommandLine command = new CommandLine(new ChaosCommand(scenarios, folder, screen));
    command
        .getCommandSpec()
        .usageMessage()
        .footerHeading("%nScenarios:%n")
        .footer(scenarios.stream().map(ChaosCommand::listed).toArray(String[]::new))
        .width(100);
    return command
        .setExecutionExceptionHandler((failure, c, parsed) -> Failures.tell(failure, c))
        .setParameterExceptionHandler((mistake, arguments) -> told(mistake));
  }

  /** A line of the help, whose percent signs picocli would take for its own. */
  private static String listed(Scenario scenario) {
    return "  %-10s %s".formatted(scenario.name(), scenario.summary()).replace("%", "%%");
  }

  private static int told(ParameterException mistake) {
    mistake
        .getCommandLine()
        .getErr()
        .println("attune: " + mistake.getMessage() + "; ./attune chaos --help tells more.");
    return CommandLine.ExitCode.USAGE;
  }

  @Override
  public Integer call() throws Exception {
    if ((times != null && times < 1) || (seconds != null && seconds < 1)) {
      throw new ParameterException(spec.commandLine(), "--times and --seconds are at least 1");
    }
    boolean held = true;
    for (Scenario scenario : chosen()) {
      held &= run(scenario);
    }
    return held ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private List<Scenario> chosen() {
    for (String name : names) {
      if (all.stream().noneMatch(s -> s.name().equals(name))) {
        throw new ParameterException(
            spec.commandLine(),
            "there is no scenario '%s'; there are: %s"
                .formatted(name, String.join(", ", all.stream().map(Scenario::name).toList())));
      }
    }
    return names.isEmpty() ? all : all.stream().filter(s -> names.contains(s.name())).toList();
  }

  private boolean run(Scenario scenario) throws Exception {
    long chosenSeed = seed == null ? ThreadLocalRandom.current().nextLong(LARGEST_SEED) : seed;
    print(scenario.name() + ": " + scenario.summary());
    print("  seed " + chosenSeed);
    var view = new LiveView(screen);
    Chaos chaos = new Chaos(Checkout.find(), folder, chosenSeed, times, seconds, view);
    Instant start = Instant.now();
    List<Check> checks;
    try {
      checks = scenario.run(chaos);
    } finally {
      view.clear();
    }
    Report report =
        new Report(
            scenario.name(),
            scenario.summary(),
            chosenSeed,
            start,
            Duration.between(start, Instant.now()),
            Machine.here(),
            checks);
    tell(report);
    return report.allHeld();
  }

  private void tell(Report report) throws Exception {
    report.checks().forEach(check -> print(line(check)));
    print(
        "%s: %d of %d held, seed %d, %d s; written to %s%n"
            .formatted(
                report.name(),
                report.held(),
                report.checks().size(),
                report.seed(),
                report.took().toSeconds(),
                ReportFile.write(report, folder)));
  }

  private String line(Check check) {
    String verdict = check.held() ? screen.green("held  ") : screen.red("BROKEN");
    return "  %s  %s: %s".formatted(verdict, check.must(), check.seen());
  }

  private void print(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
