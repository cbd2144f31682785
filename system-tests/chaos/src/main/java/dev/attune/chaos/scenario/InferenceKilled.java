package dev.attune.chaos.scenario;

import static dev.attune.chaos.stack.ChaosStack.first;

import dev.attune.bench.server.Prometheus;
import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.Check;
import dev.attune.chaos.Scenario;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.stack.ChaosStack;
import dev.attune.chaos.stack.ChaosStack.Instance;
import dev.attune.chaos.stack.FinalCheck;
import dev.attune.local.stack.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** inference-service ends, and is held still for longer than its callers wait. */
public final class InferenceKilled implements Scenario {
  private static final int KILLS = 10;
  private static final int FEWEST_BETWEEN = 100;
  private static final int MOST_BETWEEN = 800;
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Instance INFERENCE = first(Part.INFERENCE);
  private static final Instance STREAMS = first(Part.STREAMS);

  /** Four tasks with a window of 512 each, as feature-streams' settings have it. */
  private static final int WINDOWS = 4 * 512;

  @Override
  public String name() {
    return "inference";
  }

  @Override
  public String summary() {
    return "inference-service killed 10 times and paused 5 s: every version reached (line 3)";
  }

  @Override
  public List<Check> run(ChaosRun chaos) throws Exception {
    try (ChaosStack stack = ChaosStack.start(chaos, name());
        Load load = stack.load(chaos, LoadShape.STEADY)) {
      load.awaitAccepted(MOST_BETWEEN);
      long rebalances = rebalances(stack);
      double open = Math.max(kills(chaos, stack, load), pause(chaos, stack, load));
      List<Check> checks = new ArrayList<>();
      checks.add(
          new Check(
              "calls under way stay within the windows",
              "at most %.0f of %d".formatted(open, WINDOWS),
              open <= WINDOWS));
      checks.add(FinalCheck.nothingRefused(load.attempts()));
      checks.add(FinalCheck.repliesGoOn(load.takeReplies()));
      checks.addAll(FinalCheck.of(chaos, stack, load, System.nanoTime()));
      // the control itself kills feature-streams at the end
      if (!chaos.control()) {
        long more = rebalances(stack) - rebalances;
        checks.add(new Check("feature-streams is not rebalanced", more + " rebalances", more == 0));
      }
      return checks;
    }
  }

  private static double kills(ChaosRun chaos, ChaosStack stack, Load load) throws Exception {
    SplittableRandom random = chaos.random();
    int kills = chaos.times(KILLS);
    double open = 0;
    for (int kill = 1; kill <= kills; kill++) {
      load.awaitAccepted(random.nextInt(FEWEST_BETWEEN, MOST_BETWEEN));
      stack.kill(INFERENCE);
      chaos.say("inference-service killed, %d of %d", kill, kills);
      load.awaitAccepted(FEWEST_BETWEEN);
      open = Math.max(open, openCalls(stack));
      stack.up(INFERENCE);
    }
    return open;
  }

  private static double pause(ChaosRun chaos, ChaosStack stack, Load load) throws Exception {
    load.awaitAccepted(MOST_BETWEEN);
    chaos.say("inference-service paused for %d s", PAUSE.toSeconds());
    stack.pause(INFERENCE);
    load.run(PAUSE);
    double open = openCalls(stack);
    stack.goOn(INFERENCE);
    load.awaitAccepted(MOST_BETWEEN);
    return open;
  }

  private static double openCalls(ChaosStack stack) {
    return Prometheus.sum(stack.management(STREAMS), "attune_dispatch_in_flight");
  }

  /** So far, the first assignment included. */
  private static long rebalances(ChaosStack stack) throws IOException {
    try (Stream<String> log = Files.lines(stack.log(STREAMS))) {
      return log.filter(line -> line.contains("to REBALANCING")).count();
    }
  }
}
