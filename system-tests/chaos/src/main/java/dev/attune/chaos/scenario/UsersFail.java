package dev.attune.chaos.scenario;

import static dev.attune.chaos.stack.ChaosStack.first;

import dev.attune.bench.server.Prometheus;
import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.Check;
import dev.attune.chaos.Scenario;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.stack.ChaosStack;
import dev.attune.chaos.stack.FinalCheck;
import dev.attune.chaos.variant.FaultyWires;
import dev.attune.local.stack.Part;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Some users can't be scored, as when a part of the store is away; the others don't notice. */
public final class UsersFail implements Scenario {
  private static final int ROUNDS = 3;
  private static final int BEFORE = 8_000;
  private static final Duration TIME = Duration.ofSeconds(12);
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final List<Integer> PERCENT = List.of(0, 1, 5, 50);

  /** Users above this never fail: it is they who are measured, always the same. */
  private static final int MOST = 50;

  @Override
  public String name() {
    return "partial";
  }

  @Override
  public String summary() {
    return "1, 5 and 50 % of the users can't be scored: the others' p99 <= 2 x (line 19)";
  }

  @Override
  public List<Check> run(ChaosRun chaos) throws Exception {
    var wires = new FaultyWires();
    var freshness = new BestFreshness("none failing");
    var recoveries = new Recoveries(LIMIT);
    double breakers = 0;
    try (ChaosStack stack = ChaosStack.start(chaos, name(), wires);
        Load load = stack.load(chaos, LoadShape.STEADY)) {
      load.awaitAccepted(BEFORE);
      load.ledger().seen().count(user -> place(user) >= MOST);
      for (int round = 1; round <= chaos.times(ROUNDS); round++) {
        for (int percent : PERCENT) {
          chaos.say("%d %% of the users fail, round %d", percent, round);
          fail(stack, wires, user -> place(user) < percent);
          var unused = load.ledger().seen().take();
          load.run(chaos.duration(TIME));
          freshness.add(named(percent), load.ledger().seen().take());
          breakers = Math.max(breakers, openBreakers(stack));
          wires.scoring().fail(_ -> false);
          stack.ended(wires);
          chaos.say("recovered within %d ms", recoveries.await(stack).toMillis());
        }
      }
      List<Check> checks = new ArrayList<>();
      checks.add(freshness.atMostTwice("users who don't fail"));
      checks.add(recoveries.inTime());
      checks.add(
          new Check(
              "no breaker opens: the replica is well",
              "%.0f open at most".formatted(breakers),
              breakers == 0));
      checks.add(FinalCheck.nothingRefused(load.attempts()));
      checks.add(FinalCheck.repliesGoOn(load.takeReplies()));
      checks.addAll(FinalCheck.of(chaos, stack, load, System.nanoTime()));
      return checks;
    }
  }

  private static String named(int percent) {
    return percent == 0 ? "none failing" : percent + " %";
  }

  private static void fail(ChaosStack stack, FaultyWires wires, Predicate<String> users) {
    stack.began(wires);
    wires.scoring().fail(users);
  }

  private static double openBreakers(ChaosStack stack) {
    URI streams = stack.management(first(Part.STREAMS));
    return Prometheus.sum(streams, "attune_dispatch_replicas_failing");
  }

  /** Of a hundred, as chance would have it. */
  static int place(String user) {
    return Math.floorMod(user.hashCode() * 0x9E3779B9 >>> 7, 100);
  }
}
