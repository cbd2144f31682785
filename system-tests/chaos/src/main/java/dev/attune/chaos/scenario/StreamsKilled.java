package dev.attune.chaos.scenario;

import static dev.attune.chaos.stack.ChaosStack.second;

import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.Check;
import dev.attune.chaos.Scenario;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.stack.ChaosStack;
import dev.attune.chaos.stack.ChaosStack.Instance;
import dev.attune.chaos.stack.FinalCheck;
import dev.attune.local.stack.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One of two instances of feature-streams ends at any moment, and comes back: mostly at once, and
 * at times not before the other has taken its partitions and everybody has been scored again. What
 * the killed one had begun is an open transaction, which the broker has to roll back first.
 */
public final class StreamsKilled implements Scenario {
  private static final int KILLS = 20;
  private static final int FEWEST_BETWEEN = 100;
  private static final int MOST_BETWEEN = 1_500;

  /** Each so many-th, and the last, stays away until its partitions go on elsewhere. */
  private static final int AWAY_EACH = 4;

  /** So long a partition may stand still. */
  private static final Duration STANDSTILL = Duration.ofSeconds(20);

  @Override
  public String name() {
    return "streams";
  }

  @Override
  public String summary() {
    return "one of two feature-streams killed 20 times: aggregates equal a recount (line 2)";
  }

  @Override
  public List<Check> run(ChaosRun chaos) throws Exception {
    SplittableRandom random = chaos.random();
    int kills = chaos.times(KILLS);
    var takeOvers = new Recoveries(STANDSTILL, "a kill");
    try (ChaosStack stack = ChaosStack.start(chaos, name())) {
      stack.up(second(Part.STREAMS));
      try (Load load = stack.load(chaos, LoadShape.STEADY)) {
        for (int kill = 1; kill <= kills; kill++) {
          load.awaitAccepted(random.nextInt(FEWEST_BETWEEN, MOST_BETWEEN));
          Instance victim = new Instance(Part.STREAMS, random.nextBoolean());
          stack.kill(victim);
          chaos.say("%s killed, %d of %d", victim, kill, kills);
          if (kill % AWAY_EACH == 0 || kill == kills) {
            long millis = takeOvers.await(stack).toMillis();
            chaos.say("the other has scored all that was accepted, after %d ms", millis);
          }
          stack.up(victim);
        }
        load.awaitAccepted(MOST_BETWEEN);
        List<Check> checks = new ArrayList<>();
        checks.add(takeOvers.inTime());
        checks.add(FinalCheck.nothingRefused(load.attempts()));
        checks.add(FinalCheck.repliesGoOn(load.takeReplies()));
        checks.addAll(FinalCheck.of(chaos, stack, load, System.nanoTime()));
        return checks;
      }
    }
  }
}
