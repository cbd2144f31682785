package dev.attune.cli;

import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackListener;
import dev.attune.local.stack.StackPorts;
import dev.attune.local.terminal.Terminal;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Shows the stack's start and stop: a table painted in place whose clocks run, or a line per change
 * and what is being waited for every ten seconds.
 */
final class StackView implements StackListener, AutoCloseable {
  private static final List<Part> SERVERS = List.of(Part.REDIS, Part.KAFKA, Part.REGISTRY);
  private static final long REPAINT_MILLIS = 200;
  private static final Duration PLAIN_EVERY = Duration.ofSeconds(10);

  private final Terminal screen;
  private final StackPorts ports;
  private final long began = System.nanoTime();
  private final Map<Part, Change> changes = new EnumMap<>(Part.class);
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  /** A part's newest phase, and when it began. */
  private record Change(Phase phase, Duration at) {}

  StackView(Terminal screen, StackPorts ports) {
    this.screen = screen;
    this.ports = ports;
    long period = screen.isTerminal() ? REPAINT_MILLIS : PLAIN_EVERY.toMillis();
    clock.scheduleAtFixedRate(this::tick, period, period, TimeUnit.MILLISECONDS);
  }

  @Override
  public synchronized void changed(Part part, Phase phase) {
    if (phase == Phase.RUNNING_ALREADY) {
      return;
    }
    changes.put(part, new Change(phase, elapsed()));
    if (screen.isTerminal()) {
      paint();
    } else if (phase == Phase.READY || phase == Phase.STOPPED || phase == Phase.FAILED) {
      screen.line(
          "%-10s %-8s %d  %s"
              .formatted(part.id(), word(phase), part.port(ports), seconds(elapsed())));
    }
  }

  private synchronized void tick() {
    List<String> starting =
        changes.entrySet().stream()
            .filter(entry -> entry.getValue().phase() == Phase.STARTING)
            .map(entry -> entry.getKey().id())
            .toList();
    if (starting.isEmpty() || clock.isShutdown()) {
      return;
    }
    if (screen.isTerminal()) {
      paint();
    } else {
      screen.line("waiting for %s (%s)", String.join(", ", starting), seconds(elapsed()));
    }
  }

  private void paint() {
    screen.paint(Arrays.stream(Part.values()).filter(changes::containsKey).map(this::row).toList());
  }

  private String row(Part part) {
    Change change = changes.getOrDefault(part, new Change(Phase.STOPPED, Duration.ZERO));
    Phase phase = change.phase();
    String mark =
        switch (phase) {
          case READY -> screen.green("●");
          case FAILED -> screen.red("●");
          case STARTING, STOPPING -> screen.yellow("○");
          case STOPPED, RUNNING_ALREADY -> screen.dim("○");
        };
    boolean moving = phase == Phase.STARTING || phase == Phase.STOPPING;
    return "  %s %-10s %-9s %-6d %s"
        .formatted(
            mark,
            part.id(),
            word(phase),
            part.port(ports),
            screen.dim(seconds(moving ? elapsed() : change.at()) + waiting(part, phase)));
  }

  /** Services start once the servers are ready. */
  private String waiting(Part part, Phase phase) {
    if (phase != Phase.STARTING) {
      return "";
    }
    return SERVERS.contains(part)
        ? "  the services wait for it"
        : "  until its readiness check passes";
  }

  private static String word(Phase phase) {
    return phase.name().toLowerCase(Locale.ROOT);
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /** Paints no more. */
  @Override
  public void close() {
    clock.shutdownNow();
  }
}
