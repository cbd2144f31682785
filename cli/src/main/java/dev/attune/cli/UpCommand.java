package dev.attune.cli;

import dev.attune.local.infra.RedisServer;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Starts the stack. */
@Command(
    name = "up",
    description = {
      "Starts all parts in the background and waits until every one is ready.",
      "Harmless if they already run: restarts only what died or has newer code."
    })
final class UpCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    var screen = Terminal.standard();
    var settings = StackSettings.fromEnvironment(System.getenv());
    bring(screen, settings);
    printUrls(screen, settings);
    return 0;
  }

  /** Used by every verb that needs the stack. */
  static LocalStack bring(Terminal screen, StackSettings settings) {
    var view = new StackView(screen, settings.ports());
    var stack = new LocalStack(settings, view);
    stack.up();
    screen.keep();
    screen.line("Ready after %.1f s.", view.elapsed().toMillis() / 1e3);
    return stack;
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
