package dev.attune.chaos.scenario;

import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.Check;
import dev.attune.chaos.Scenario;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.stack.ChaosStack;
import dev.attune.chaos.stack.FinalCheck;
import dev.attune.chaos.variant.FaultyWires;
import dev.attune.local.infra.FaultProxy.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Redis lives, but inference-service and response-api hardly reach it. */
public final class RedisWire implements Scenario {
  private static final int ROUNDS = 2;
  private static final int BEFORE = 4_000;
  private static final Duration TIME = Duration.ofSeconds(8);
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final List<Fault> FAULTS =
      List.of(Fault.SLOW, Fault.HALF_OPEN, Fault.DEAF, Fault.RESET, Fault.GONE);

  @Override
  public String name() {
    return "wire";
  }

  @Override
  public String summary() {
    return "Redis slow, half-open, deaf, reset, gone: everybody scored 10 s after (line 6)";
  }

  @Override
  public List<Check> run(ChaosRun chaos) throws Exception {
    var wires = new FaultyWires();
    var recoveries = new Recoveries(LIMIT);
    try (ChaosStack stack = ChaosStack.start(chaos, name(), wires);
        Load load = stack.load(chaos, LoadShape.STEADY)) {
      load.awaitAccepted(BEFORE);
      for (int round = 1; round <= chaos.times(ROUNDS); round++) {
        for (Fault fault : FAULTS) {
          chaos.say("Redis %s for %d s, round %d", fault, chaos.duration(TIME).toSeconds(), round);
          broken(fault, stack, wires, load, chaos.duration(TIME));
          chaos.say("recovered within %d ms", recoveries.await(stack).toMillis());
        }
      }
      List<Check> checks = new ArrayList<>();
      checks.add(recoveries.inTime());
      checks.add(FinalCheck.nothingRefused(load.attempts()));
      checks.add(FinalCheck.repliesGoOn(load.takeReplies()));
      checks.addAll(FinalCheck.of(chaos, stack, load, System.nanoTime()));
      return checks;
    }
  }

  static void broken(Fault fault, ChaosStack stack, FaultyWires wires, Load load, Duration time)
      throws IOException, InterruptedException {
    stack.began(wires);
    wires.redis().become(fault);
    load.run(time);
    wires.redis().become(Fault.NONE);
    stack.ended(wires);
  }
}
