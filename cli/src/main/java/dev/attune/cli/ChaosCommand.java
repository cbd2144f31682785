package dev.attune.cli;

import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.Check;
import dev.attune.chaos.Progress;
import dev.attune.chaos.Scenario;
import dev.attune.chaos.scenario.BrokerDown;
import dev.attune.chaos.scenario.GatewayKilled;
import dev.attune.chaos.scenario.InferenceKilled;
import dev.attune.chaos.scenario.LeaderKilled;
import dev.attune.chaos.scenario.RedisLost;
import dev.attune.chaos.scenario.RedisWire;
import dev.attune.chaos.scenario.ReplicaAway;
import dev.attune.chaos.scenario.ResponsesKilled;
import dev.attune.chaos.scenario.RollingRestart;
import dev.attune.chaos.scenario.ShardAway;
import dev.attune.chaos.scenario.Soak;
import dev.attune.chaos.scenario.StreamsKilled;
import dev.attune.chaos.scenario.StreamsZombie;
import dev.attune.chaos.scenario.UsersFail;
import dev.attune.cli.report.JsonReport;
import dev.attune.local.infra.Checkout;
import dev.attune.local.terminal.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the named scenarios, all of them without names. */
@Command(
    name = "chaos",
    description = {
      "Runs the fault suite: each scenario starts a stack of its own, puts load on it, breaks it,",
      "and compares what clients were told with what is there. A running stack is left alone.",
      "Prints one line per check, writes target/chaos/NAME.json and keeps the logs beside it.",
      "docs/reliability.md explains each line, and names the tests of those without a scenario."
    },
    usageHelpWidth = 100)
final class ChaosCommand implements Callable<Integer> {
  private static final int LARGEST_SEED = 1_000_000;

  private final NamedParts<Scenario> parts;
  private final @Nullable Path folder;
  private final Terminal screen;

  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--times",
      paramLabel = "N",
      description = "How often the fault happens (default: as the scenario says).")
  private @Nullable Integer times;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description =
          "How long the broker is down, or a fault or soak lasts (default: as the scenario says).")
  private @Nullable Integer seconds;

  @Option(
      names = "--control",
      description = {
        "Tests the checker: feature-streams runs without exactly-once and is killed once more at",
        "each scenario's end. Held then means that the checker noticed what was applied again."
      })
  private boolean control;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "Sets moments, victims and events; each run prints its seed (default: random).")
  private @Nullable Long seed;

  @Parameters(paramLabel = "SCENARIO", description = "Which to run (default: all).")
  private List<String> names = List.of();

  ChaosCommand() {
    this(ChaosCommand::scenarios, null, Terminal.standard());
  }

  /**
   * @param folder where reports and logs go; null: {@code target/chaos}
   */
  ChaosCommand(Supplier<List<Scenario>> all, @Nullable Path folder, Terminal screen) {
    this.parts = new NamedParts<>("scenario", all, Scenario::name, Scenario::summary);
    this.folder = folder;
    this.screen = screen;
  }

  /** Every scenario there is; a new one is added here. */
  static List<Scenario> scenarios() {
    return List.of(
        new GatewayKilled(),
        new StreamsKilled(),
        new StreamsZombie(),
        new InferenceKilled(),
        new ReplicaAway(),
        new UsersFail(),
        new ResponsesKilled(),
        new RedisLost(),
        new RedisWire(),
        new ShardAway(),
        new BrokerDown(),
        new LeaderKilled(),
        new RollingRestart(),
        new Soak());
  }

  @Spec
  void spec(CommandSpec given) {
    spec = given;
    parts.list(given);
  }

  @Override
  public Integer call() throws Exception {
    if ((times != null && times < 1) || (seconds != null && seconds < 1)) {
      throw new ParameterException(spec.commandLine(), "--times and --seconds are at least 1");
    }
    boolean held = true;
    for (Scenario scenario : parts.chosen(spec, names)) {
      held &= run(scenario);
    }
    return held ? 0 : 1;
  }

  private boolean run(Scenario scenario) throws Exception {
    long chosenSeed = seed == null ? ThreadLocalRandom.current().nextLong(LARGEST_SEED) : seed;
    screen.line(scenario.name() + ": " + scenario.summary());
    screen.line("  seed " + chosenSeed);
    Checkout checkout = Checkout.find();
    Path target = folder != null ? folder : checkout.root().resolve("target/chaos");
    var report = new JsonReport(scenario.name(), scenario.summary());
    List<Check> checks;
    try {
      checks =
          scenario.run(
              new ChaosRun(
                  checkout, target, chosenSeed, times, seconds, control, new Shown(screen)));
    } finally {
      screen.paint(List.of());
    }
    Duration took = report.end();
    long held = checks.stream().filter(Check::held).count();
    report.root().put("seed", chosenSeed).putPOJO("checks", checks);
    report.root().put("held", held).put("allHeld", held == checks.size());
    checks.forEach(check -> screen.line(line(check)));
    screen.line(
        "%s: %d of %d held, seed %d, %d s; written to %s%n",
        scenario.name(), held, checks.size(), chosenSeed, took.toSeconds(), report.write(target));
    return held == checks.size();
  }

  private String line(Check check) {
    String verdict = check.held() ? screen.green("held  ") : screen.red("BROKEN");
    return "  %s  %s: %s".formatted(verdict, check.must(), check.seen());
  }

  private record Shown(Terminal screen) implements Progress {
    @Override
    public void say(String line) {
      screen.line("  " + line);
    }

    @Override
    public void state(String line) {
      screen.state(line);
    }
  }
}
