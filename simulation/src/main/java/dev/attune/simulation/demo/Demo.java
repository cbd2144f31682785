package dev.attune.simulation.demo;

import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.StackSettings;
import dev.attune.local.terminal.Terminal;
import dev.attune.simulation.SimulationSpec;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Live traffic with its view and its summary; the stack is up and a model is live. */
public final class Demo {
  private static final long REPAINT_MILLIS = 200;
  private static final int WARM_UP_PAIRS = 4;

  private final Terminal screen;
  private final StackSettings settings;
  private final SimulationSpec spec;

  public Demo(Terminal screen, StackSettings settings, SimulationSpec spec) {
    this.screen = screen;
    this.settings = settings;
    this.spec = spec;
  }

  /**
   * Sends a few customers through the whole pipeline, so that the first request of somebody new
   * does not wait for code that runs for the first time.
   */
  public static void warmUp(StackSettings settings, SimulationSpec spec) {
    try (var gateway = new GatewayClient(settings.gatewayUrl(), LocalKeys.SECRET);
        var responses = new ResponsesClient(settings.responsesUrl(), LocalKeys.SECRET)) {
      var play = new ContrastPlay(spec, gateway, responses);
      for (int i = 0; i < WARM_UP_PAIRS; i++) {
        var unused = play.next();
      }
    }
  }

  public void run(int users, double rate, Duration time, long seed) throws InterruptedException {
    var counts = new DemoCounts();
    var traffic =
        new LiveTraffic(spec, settings, new LiveTraffic.Plan(users, rate, time, seed), counts);
    var view = new DemoView(screen, counts, time);
    try (var thread = Executors.newSingleThreadExecutor()) {
      Future<?> running =
          thread.submit(
              () -> {
                traffic.run();
                return true;
              });
      watch(running, view);
    }
    screen.keep();
    new DemoSummary(screen, counts, new TrueEffect(spec)).print();
  }

  private static void watch(Future<?> running, DemoView view) throws InterruptedException {
    while (true) {
      try {
        running.get(REPAINT_MILLIS, TimeUnit.MILLISECONDS);
        view.update();
        return;
      } catch (TimeoutException e) {
        view.update();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(e.getCause());
      }
    }
  }
}
