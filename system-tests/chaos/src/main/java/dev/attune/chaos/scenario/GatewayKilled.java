package dev.attune.chaos.scenario;

import static dev.attune.chaos.stack.ChaosStack.first;

import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.Check;
import dev.attune.chaos.Scenario;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.load.ReplyCounts;
import dev.attune.chaos.stack.ChaosStack;
import dev.attune.chaos.stack.FinalCheck;
import dev.attune.local.stack.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The gateway ends at any moment of a request; clients send the same ids again. */
public final class GatewayKilled implements Scenario {
  private static final int KILLS = 20;
  private static final int FEWEST_BETWEEN = 50;
  private static final int MOST_BETWEEN = 800;

  @Override
  public String name() {
    return "gateway";
  }

  @Override
  public String summary() {
    return "the gateway killed 20 times: accepted events are there and count once (line 4)";
  }

  @Override
  public List<Check> run(ChaosRun chaos) throws Exception {
    SplittableRandom random = chaos.random();
    int kills = chaos.times(KILLS);
    try (ChaosStack stack = ChaosStack.start(chaos, name());
        Load load = stack.load(chaos, LoadShape.STEADY)) {
      for (int kill = 1; kill <= kills; kill++) {
        load.awaitAccepted(random.nextInt(FEWEST_BETWEEN, MOST_BETWEEN));
        stack.kill(first(Part.GATEWAY));
        chaos.say("gateway killed, %d of %d", kill, kills);
        stack.up(first(Part.GATEWAY));
      }
      load.awaitAccepted(MOST_BETWEEN);
      ReplyCounts replies = load.takeReplies();
      List<Check> checks = new ArrayList<>();
      checks.add(FinalCheck.nothingRefused(load.attempts()));
      checks.add(FinalCheck.repliesGoOn(replies));
      checks.addAll(FinalCheck.of(chaos, stack, load, System.nanoTime()));
      return checks;
    }
  }
}
