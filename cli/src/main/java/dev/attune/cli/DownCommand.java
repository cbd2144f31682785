package dev.attune.cli;

import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Stops the stack. */
@Command(name = "down", description = "Stops all parts; their data stays unless --purge is given.")
final class DownCommand implements Callable<Integer> {
  @Option(
      names = "--purge",
      description = "Also delete their data: topics, state, schemas, models and logs.")
  private boolean purge;

  @Override
  public Integer call() {
    var screen = Terminal.standard();
    var settings = StackSettings.fromEnvironment(System.getenv());
    try (var view = new StackView(screen, settings.ports())) {
      var stack = new LocalStack(settings, view);
      if (purge) {
        stack.purge();
      } else {
        stack.down();
      }
      screen.keep();
    }
    screen.line(purge ? "Stopped; data deleted." : "Stopped.");
    return 0;
  }
}
