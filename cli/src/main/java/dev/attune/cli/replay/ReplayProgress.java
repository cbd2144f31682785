package dev.attune.cli.replay;

import dev.attune.local.terminal.Terminal;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;

/** Shows how far a replay is while it works: a bar on a terminal, now and then a line elsewhere. */
final class ReplayProgress {
  private static final int BAR = 40;

  private final Terminal screen;
  private final SendTotals sent;
  private final long began = System.nanoTime();

  ReplayProgress(Terminal screen, SendTotals sent) {
    this.screen = screen;
    this.sent = sent;
  }

  /** Does the work and shows it; the work's exceptions are thrown here. */
  void watch(Callable<Boolean> work, DoubleSupplier progress) throws InterruptedException {
    try (var thread = Executors.newSingleThreadExecutor()) {
      Future<Boolean> running = thread.submit(work);
      while (!isDone(running)) {
        show(progress.getAsDouble());
      }
      if (screen.isTerminal()) {
        screen.paint(List.of());
      }
    }
  }

  double seconds() {
    return (System.nanoTime() - began) / 1e9;
  }

  private static boolean isDone(Future<Boolean> running) throws InterruptedException {
    try {
      return running.get(200, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }

  private void show(double progress) {
    String figures =
        String.format(
            Locale.ROOT,
            "%3.0f %%  %,d events  %,.0f/s",
            100 * progress,
            sent.sent.sum(),
            sent.sent.sum() / Math.max(1e-3, seconds()));
    if (screen.isTerminal()) {
      int full = (int) Math.round(progress * BAR);
      String bar = screen.cyan("━".repeat(full)) + screen.dim("─".repeat(BAR - full));
      screen.paint(List.of("  " + bar + "  " + figures));
    } else {
      screen.state(figures);
    }
  }
}
