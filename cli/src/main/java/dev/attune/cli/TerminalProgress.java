package dev.attune.cli;

import dev.attune.training.Progress;
import java.io.PrintStream;

/** Progress on the error stream: repainted in place on a terminal, a line a phase elsewhere. */
final class TerminalProgress implements Progress, AutoCloseable {
  private static final long REPAINT_NANOS = 100_000_000;

  private final PrintStream out;
  private final boolean terminal;
  private String phase = "";
  private long steps;
  private long painted;

  TerminalProgress() {
    this(System.err, Boolean.getBoolean("attune.terminal"));
  }

  TerminalProgress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public void phase(String name, long steps) {
    this.phase = name;
    this.steps = steps;
    if (terminal) {
      paint(0);
    } else {
      out.println(name + " …");
    }
  }

  @Override
  public void at(long step) {
    if (terminal && System.nanoTime() - painted > REPAINT_NANOS) {
      paint(step);
    }
  }

  @Override
  public void note(String text) {
    close();
    out.println(text);
  }

  private void paint(long step) {
    painted = System.nanoTime();
    String done =
        steps > 0
            ? " %3d %%".formatted(100 * step / steps)
            : step > 0 ? " %,d".formatted(step) : "";
    out.print("\r\u001b[K" + phase + " …" + done);
    out.flush();
  }

  @Override
  public void close() {
    if (terminal) {
      out.print("\r\u001b[K");
      out.flush();
    }
  }
}
