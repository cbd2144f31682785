package dev.attune.cli;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.tracking.TrackingPlan;
import dev.attune.local.infra.RedisServer;
import dev.attune.local.infra.ServerException;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.Part;
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
      "If no model is live, trains the first one on the playbook's simulated",
      "customers. After a start, a few of them pass through, so that the first",
      "requests are quick.",
      "Harmless if they already run: restarts only what died or has newer code or",
      "other settings. Settings of services, given as environment variables, stay",
      "until the stack is stopped."
    })
final class UpCommand implements Callable<Integer> {
  @Option(
      names = "--no-model",
      description = "Trains no first model and sends no customers through.")
  private boolean noModel;

  @Option(
      names = "--trace",
      description =
          "Starts Zipkin as well, until ./attune down: it shows each request's way through the"
              + " services.")
  private boolean trace;

  @Option(
      names = "--metrics",
      description =
          "Starts Prometheus as well, until ./attune down: it reads the services' metrics and"
              + " judges the alerts.")
  private boolean metrics;

  @Override
  public Integer call() throws InterruptedException, ModelException {
    var screen = Terminal.standard();
    var settings = StackSettings.fromEnvironment(System.getenv());
    if (trace) {
      settings = settings.with(Part.ZIPKIN);
    }
    if (metrics) {
      settings = settings.with(Part.PROMETHEUS);
    }
    LocalStack stack = bring(screen, settings);
    if (!noModel) {
      firstModel(screen, settings);
      warmUp(screen, stack);
    }
    printUrls(screen, settings);
    return 0;
  }

  /** A model that is live stays, whatever the playbook has become: people decide on it. */
  private static void firstModel(Terminal screen, StackSettings settings)
      throws InterruptedException, ModelException {
    ModelRegistry registry = PlaybookFolders.registry(settings.playbook());
    if (registry.live().isPresent()) {
      return;
    }
    if (!PlaybookFolders.areModelsShared() && SimulationSpec.isIn(settings.playbook())) {
      SimulationSpec spec = SimulationSpec.load(settings.playbook());
      new FirstModel(screen, settings, spec, DemoCommand::train).ensure(DemoCommand.TRAINING_SEED);
    } else {
      screen.line("No model is live, so every reply is generic. Next: ./attune train EVENTS.jsonl");
    }
  }

  /** After a start the first requests do not wait for code that runs for the first time. */
  static void warmUp(Terminal screen, LocalStack stack) {
    StackSettings settings = stack.settings();
    if (!stack.hasStarted()
        || !SimulationSpec.isIn(settings.playbook())
        || !FirstModel.isFittingLive(settings)) {
      return;
    }
    screen.line("Warming up: a few simulated customers pass through.");
    try {
      Demo.warmUp(settings, SimulationSpec.load(settings.playbook()));
    } catch (ServerException e) {
      screen.line("The warm-up ended early: " + e.getMessage());
    }
  }

  /** Used by every verb that needs the stack. */
  static LocalStack bring(Terminal screen, StackSettings settings) {
    // a service would end with the same mistakes, later
    Playbook.load(settings.playbook());
    TrackingPlan.load(settings.playbook());
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
    if (settings.asked().contains(Part.ZIPKIN)) {
      screen.line("  traces      " + screen.bold(settings.tracesUrl()));
    }
    if (settings.asked().contains(Part.PROMETHEUS)) {
      screen.line("  metrics     " + screen.bold(settings.metricsUrl()));
    }
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
