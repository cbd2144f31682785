package dev.attune.chaos.scenario;

import static dev.attune.chaos.stack.ChaosStack.second;

import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.Check;
import dev.attune.chaos.Scenario;
import dev.attune.chaos.ledger.SeenPredictions;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.stack.ChaosStack;
import dev.attune.chaos.stack.ChaosStack.Instance;
import dev.attune.chaos.stack.FinalCheck;
import dev.attune.chaos.variant.TwoReplicas;
import dev.attune.local.stack.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One of two instances of inference-service ends and never comes back; the other has everybody. */
public final class ReplicaAway implements Scenario {
  private static final int BEFORE = 8_000;
  private static final Duration TIME = Duration.ofSeconds(15);
  private static final int ROUNDS = 3;
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @Override
  public String name() {
    return "replica";
  }

  @Override
  public String summary() {
    return "one of two inference-services away for good: everybody's p99 <= 2 x (line 19)";
  }

  @Override
  public List<Check> run(ChaosRun chaos) throws Exception {
    var freshness = new BestFreshness("both there");
    var recoveries = new Recoveries(LIMIT);
    try (ChaosStack stack = ChaosStack.start(chaos, name(), new TwoReplicas())) {
      stack.up(second(Part.INFERENCE));
      try (Load load = stack.load(chaos, LoadShape.STEADY)) {
        load.awaitAccepted(BEFORE);
        measure(chaos, load, freshness, "both there");
        Instance victim = new Instance(Part.INFERENCE, chaos.random().nextBoolean());
        stack.kill(victim);
        chaos.say("%s killed for good", victim);
        chaos.say("recovered within %d ms", recoveries.await(stack).toMillis());
        measure(chaos, load, freshness, "one away");
        List<Check> checks = new ArrayList<>();
        checks.add(freshness.atMostTwice("all users"));
        checks.add(recoveries.inTime());
        checks.add(FinalCheck.nothingRefused(load.attempts()));
        checks.add(FinalCheck.repliesGoOn(load.takeReplies()));
        checks.addAll(FinalCheck.of(chaos, stack, load, System.nanoTime(), Duration.ofSeconds(10)));
        return checks;
      }
    }
  }

  private static void measure(ChaosRun chaos, Load load, BestFreshness freshness, String when)
      throws InterruptedException {
    SeenPredictions seen = load.ledger().seen();
    var unused = seen.take();
    for (int round = 0; round < ROUNDS; round++) {
      load.run(chaos.duration(TIME));
      freshness.add(when, seen.take());
    }
  }
}
