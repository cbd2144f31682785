package dev.attune.chaos.scenario;

import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.Check;
import dev.attune.chaos.Scenario;
import dev.attune.chaos.ledger.SeenPredictions;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.stack.ChaosStack;
import dev.attune.chaos.stack.FinalCheck;
import dev.attune.chaos.variant.ThreeShards;
import dev.attune.local.infra.RedisShards;
import dev.attune.predictions.PredictionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One of three primaries of a Redis Cluster ends and comes back empty; two thirds go on. */
public final class ShardAway implements Scenario {
  private static final int KILLS = 3;
  private static final int BEFORE = 8_000;
  private static final Duration TIME = Duration.ofSeconds(12);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "shard";
  }

  @Override
  public String summary() {
    return "one of three Redis shards killed 3 times: other users' p99 <= 2 x (line 25)";
  }

  @Override
  public List<Check> run(ChaosRun chaos) throws Exception {
    SplittableRandom random = chaos.random();
    var shards = new ThreeShards();
    var freshness = new BestFreshness("all there");
    var recoveries = new Recoveries(LIMIT);
    try (ChaosStack stack = ChaosStack.start(chaos, name(), shards);
        Load load = stack.load(chaos, LoadShape.STEADY)) {
      load.awaitAccepted(BEFORE);
      SeenPredictions seen = load.ledger().seen();
      int kills = chaos.times(KILLS);
      for (int kill = 1; kill <= kills; kill++) {
        int victim = random.nextInt(RedisShards.SIZE);
        seen.count(user -> RedisShards.shardOf(PredictionKey.of(user)) != victim);
        var unused = seen.take();
        load.run(chaos.duration(TIME));
        freshness.add("all there", seen.take());
        chaos.say("Redis shard %d killed, %d of %d", victim, kill, kills);
        stack.began(shards);
        stack.losing(() -> shards.cluster().kill(victim));
        load.run(chaos.duration(TIME));
        freshness.add("one away", seen.take());
        shards.cluster().start(victim);
        stack.ended(shards);
        chaos.say("shard is back, recovered within %d ms", recoveries.await(stack).toMillis());
      }
      long back = System.nanoTime();
      List<Check> checks = new ArrayList<>();
      checks.add(freshness.atMostTwice("users of the other shards"));
      checks.add(recoveries.inTime());
      checks.add(FinalCheck.nothingRefused(load.attempts()));
      checks.add(FinalCheck.repliesGoOn(load.takeReplies()));
      checks.addAll(FinalCheck.of(chaos, stack, load, back));
      return checks;
    }
  }
}
