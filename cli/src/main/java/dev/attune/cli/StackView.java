package dev.attune.cli;

import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackListener;
import dev.attune.local.stack.StackPorts;
import dev.attune.local.terminal.Terminal;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Shows the stack's start and stop: a table painted in place, or a line a change. */
final class StackView implements StackListener {
  private final Terminal screen;
  private final StackPorts ports;
  private final long began = System.nanoTime();
  private final Map<Part, String> rows = new EnumMap<>(Part.class);

  StackView(Terminal screen, StackPorts ports) {
    this.screen = screen;
    this.ports = ports;
  }

  @Override
  public synchronized void changed(Part part, Phase phase) {
    if (phase == Phase.RUNNING_ALREADY) {
      return;
    }
    String seconds = String.format(Locale.ROOT, "%.1f s", elapsed().toMillis() / 1e3);
    if (screen.isTerminal()) {
      rows.put(part, row(part, phase, seconds));
      screen.paint(Arrays.stream(Part.values()).filter(rows::containsKey).map(rows::get).toList());
    } else if (phase == Phase.READY || phase == Phase.STOPPED || phase == Phase.FAILED) {
      screen.line("%-10s %-8s %d  %s".formatted(part.id(), word(phase), part.port(ports), seconds));
    }
  }

  private String row(Part part, Phase phase, String seconds) {
    String mark =
        switch (phase) {
          case READY -> screen.green("●");
          case FAILED -> screen.red("●");
          case STARTING, STOPPING -> screen.yellow("○");
          case STOPPED, RUNNING_ALREADY -> screen.dim("○");
        };
    return "  %s %-10s %-9s %-6d %s"
        .formatted(mark, part.id(), word(phase), part.port(ports), screen.dim(seconds));
  }

  private static String word(Phase phase) {
    return phase.name().toLowerCase(Locale.ROOT);
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
