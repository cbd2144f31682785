package dev.attune.cli;

import dev.attune.local.terminal.Terminal;
import dev.attune.training.Progress;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** Progress on the error stream: repainted in place on a terminal, a line a phase elsewhere. */
final class TerminalProgress implements Progress, AutoCloseable {
  private static final long REPAINT_NANOS = Duration.ofMillis(100).toNanos();

  private final Terminal screen;
  private final LongSupplier nanos;
  private String phase = "";
  private long steps;
  private long painted;

  TerminalProgress() {
    this(Terminal.errors(), System::nanoTime);
  }

  TerminalProgress(Terminal screen, LongSupplier nanos) {
    this.screen = screen;
    this.nanos = nanos;
  }

  @Override
  public void phase(String name, long steps) {
    this.phase = name;
    this.steps = steps;
    if (screen.isTerminal()) {
      paint(0);
    } else {
      screen.line(name + " …");
    }
  }

  @Override
  public void at(long step) {
    if (screen.isTerminal() && nanos.getAsLong() - painted > REPAINT_NANOS) {
      paint(step);
    }
  }

  @Override
  public void note(String text) {
    screen.line(text);
  }

  private void paint(long step) {
    painted = nanos.getAsLong();
    String done =
        steps > 0
            ? " %3d %%".formatted(100 * step / steps)
            : step > 0 ? " %,d".formatted(step) : "";
    screen.paint(List.of(phase + " …" + done));
  }

  @Override
  public void close() {
    screen.paint(List.of());
  }
}
