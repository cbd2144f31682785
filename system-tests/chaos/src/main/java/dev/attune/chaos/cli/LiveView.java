package dev.attune.chaos.cli;

import dev.attune.chaos.Progress;
import dev.attune.local.terminal.Screen;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Shows a run while it goes: a line painted in place, or one now and then where that can't be. */
final class LiveView implements Progress {
  private static final long PLAIN_EVERY = TimeUnit.SECONDS.toNanos(10);

  private final Screen screen;
  private long lastPlain = System.nanoTime();

  LiveView(Screen screen) {
    this.screen = screen;
  }

  @Override
  public void say(String line) {
    screen.line("  " + line);
  }

  @Override
  public synchronized void state(String line) {
    if (screen.isTerminal()) {
      String shown = line.substring(0, Math.min(line.length(), screen.columns() - 4));
      screen.paint(List.of("  " + screen.dim(shown)));
    } else if (System.nanoTime() - lastPlain > PLAIN_EVERY) {
      lastPlain = System.nanoTime();
      say(line);
    }
  }

  /** Takes the painted line away. */
  void clear() {
    screen.paint(List.of());
  }
}
