package dev.attune.cli;

import dev.attune.local.infra.RedisServer;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import dev.attune.simulation.SimulationSpec;
import dev.attune.simulation.demo.Demo;
import dev.attune.simulation.demo.FirstModel;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the stack. */
@Command(
    name = "up",
    description = {
      "Starts all parts in the background and waits until every one is ready.",
      "If no model is live, trains the first one on the playbook's simulated customers.",
      "Harmless if they already run: restarts only what died or has newer code."
    })
final class UpCommand implements Callable<Integer> {
  @Option(names = "--no-model", description = "Leaves the stack without a first model.")
  private boolean noModel;

  @Override
  public Integer call() throws InterruptedException {
    var screen = Terminal.standard();
    var settings = StackSettings.fromEnvironment(System.getenv());
    bring(screen, settings);
    if (!noModel) {
      firstModel(screen, settings);
    }
    printUrls(screen, settings);
    return 0;
  }

  /** Sees that a model is live, and that the first requests do not wait for cold code. */
  static void firstModel(Terminal screen, StackSettings settings) throws InterruptedException {
    if (SimulationSpec.isIn(settings.playbook())) {
      SimulationSpec spec = SimulationSpec.load(settings.playbook());
      new FirstModel(screen, settings, spec, DemoCommand::train).ensure(DemoCommand.TRAINING_SEED);
      screen.line("Warming up: a few simulated customers pass through.");
      Demo.warmUp(settings, spec);
    } else if (!FirstModel.isLive(settings)) {
      screen.line("No model is live, so every reply is generic. Next: ./attune train EVENTS.jsonl");
    }
  }

  /** Used by every verb that needs the stack. */
  static LocalStack bring(Terminal screen, StackSettings settings) {
    try (var view = new StackView(screen, settings.ports())) {
      var stack = new LocalStack(settings, view);
      stack.up();
      screen.keep();
      screen.line("Ready after %.1f s.", view.elapsed().toMillis() / 1e3);
      return stack;
    }
  }

  private static void printUrls(Terminal screen, StackSettings settings) {
    screen.line("");
    screen.line("  console     " + screen.bold(settings.consoleUrl()));
    screen.line("  events      " + screen.bold(settings.gatewayUrl() + "/v1/events"));
    screen.line("  responses   " + screen.bold(settings.responsesUrl() + "/v1/responses"));
    screen.line("  inference   " + settings.inferenceUrl() + "/v2/models/intent");
    screen.line("  registry    " + settings.registryUrl());
    screen.line("  kafka       " + settings.bootstrapServers());
    screen.line("  redis       " + settings.redisUri());
    RedisServer.notice().ifPresent(screen::line);
    screen.line("");
    screen.line(
        "  write key %s, secret key %s %s"
            .formatted(
                screen.bold(LocalKeys.WRITE),
                screen.bold(LocalKeys.SECRET),
                screen.dim("(valid in this local stack only)")));
  }
}
