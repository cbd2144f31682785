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
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Jedis;

/** Redis is emptied, and ends and comes back empty. */
public final class RedisLost implements Scenario {
  private static final int KILLS = 3;
  private static final int BETWEEN = 800;
  private static final Duration QUIET = Duration.ofSeconds(5);
  private static final Duration AWAY = Duration.ofSeconds(5);

  /**
   * What a reply may take longer at the 99th percentile without Redis: the read's 20 ms, once more
   * for a new connection, once more for a place in the pool.
   */
  private static final double BUDGET_MILLIS = 60;

  @Override
  public String name() {
    return "redis";
  }

  @Override
  public String summary() {
    return "Redis emptied, and killed 3 times: replies go on, refilled within 60 s (line 6)";
  }

  @Override
  public List<Check> run(ChaosRun chaos) throws Exception {
    try (ChaosStack stack = ChaosStack.start(chaos, name());
        Load load = stack.load(chaos, LoadShape.STEADY)) {
      load.awaitAccepted(BETWEEN);
      ReplyCounts warmUp = load.takeReplies();
      load.run(QUIET);
      ReplyCounts healthy = load.takeReplies();
      emptied(chaos, stack, load);
      List<ReplyCounts> between = new ArrayList<>(List.of(warmUp, healthy));
      List<ReplyCounts> away = killed(chaos, stack, load, between);
      long back = System.nanoTime();
      load.awaitAccepted(BETWEEN);
      between.add(load.takeReplies());
      List<Check> checks = new ArrayList<>();
      checks.add(withRedis(between));
      checks.add(withoutRedis(away));
      checks.add(inTime(away, between));
      checks.add(FinalCheck.nothingRefused(load.attempts()));
      checks.addAll(FinalCheck.of(chaos, stack, load, back));
      return checks;
    }
  }

  private static void emptied(ChaosRun chaos, ChaosStack stack, Load load)
      throws InterruptedException {
    emptied(stack);
    chaos.say("Redis emptied");
    load.awaitAccepted(BETWEEN);
  }

  static void emptied(ChaosStack stack) {
    try (Jedis redis = new Jedis(URI.create(stack.settings().redisUri()))) {
      stack.losing(redis::flushAll);
    }
  }

  /** Replies while it was away, and those between. */
  private static List<ReplyCounts> killed(
      ChaosRun chaos, ChaosStack stack, Load load, List<ReplyCounts> between)
      throws InterruptedException {
    int kills = chaos.times(KILLS);
    List<ReplyCounts> away = new ArrayList<>();
    for (int kill = 1; kill <= kills; kill++) {
      load.awaitAccepted(BETWEEN);
      stack.losing(() -> stack.kill(first(Part.REDIS)));
      chaos.say("Redis killed for %d s, %d of %d", AWAY.toSeconds(), kill, kills);
      between.add(load.takeReplies());
      load.run(AWAY);
      away.add(load.takeReplies());
      stack.up(first(Part.REDIS));
    }
    return away;
  }

  private static Check withRedis(List<ReplyCounts> between) {
    long all = between.stream().mapToLong(ReplyCounts::all).sum();
    long failed = between.stream().mapToLong(ReplyCounts::failures).sum();
    return new Check(
        "before, between and after replies go on",
        "%,d replies, %,d failed".formatted(all, failed),
        all > 0 && failed == 0);
  }

  private static Check withoutRedis(List<ReplyCounts> away) {
    long all = away.stream().mapToLong(ReplyCounts::all).sum();
    long generic = away.stream().mapToLong(ReplyCounts::generic).sum();
    long failed = away.stream().mapToLong(ReplyCounts::failures).sum();
    return new Check(
        "without Redis replies are generic, none fails",
        "%,d replies, %,d of them generic, %,d failed".formatted(all, generic, failed),
        generic > 0 && failed == 0);
  }

  /**
   * The best time without Redis beside the best with it: a neighbour on the machine, and code that
   * is not compiled yet, can only make either look worse.
   */
  private static Check inTime(List<ReplyCounts> away, List<ReplyCounts> between) {
    double without = bestP99(away);
    double with = bestP99(between);
    return new Check(
        "without Redis the p99 of replies is at most %.0f ms longer".formatted(BUDGET_MILLIS),
        "%.0f ms without, %.0f ms with it".formatted(without, with),
        without <= with + BUDGET_MILLIS);
  }

  private static double bestP99(List<ReplyCounts> some) {
    return some.stream()
        .filter(replies -> replies.all() > 0)
        .mapToDouble(ReplyCounts::p99)
        .min()
        .orElseThrow();
  }
}
