package dev.attune.chaos.scenario;

import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.Check;
import dev.attune.chaos.Scenario;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.stack.ChaosStack;
import dev.attune.chaos.stack.FinalCheck;
import dev.attune.chaos.variant.ThreeBrokers;
import dev.attune.local.infra.KafkaCluster;
import dev.attune.local.infra.ServerException;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Of three brokers one that leads partitions ends, again and again. */
public final class LeaderKilled implements Scenario {
  private static final int KILLS = 5;
  private static final int REPLICAS = 3;
  private static final int BETWEEN = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String EVENTS = Topics.standard().interactionEvents();

  @Override
  public String name() {
    return "leader";
  }

  @Override
  public String summary() {
    return "a leader of three brokers killed 5 times: what was answered 2xx is there (line 1)";
  }

  @Override
  public List<Check> run(ChaosRun chaos) throws Exception {
    SplittableRandom random = chaos.random();
    int kills = chaos.times(KILLS);
    var brokers = new ThreeBrokers();
    try (ChaosStack stack = ChaosStack.start(chaos, name(), brokers);
        Load load = stack.load(chaos, LoadShape.STEADY)) {
      for (int kill = 1; kill <= kills; kill++) {
        load.awaitAccepted(BETWEEN + random.nextInt(BETWEEN));
        List<Integer> leaders = brokers.cluster().leaders(EVENTS);
        int victim = leaders.get(random.nextInt(leaders.size()));
        stack.began(brokers);
        brokers.cluster().kill(victim);
        chaos.say("broker %d, a leader, killed, %d of %d", victim, kill, kills);
        load.awaitAccepted(BETWEEN);
        brokers.cluster().start(victim);
        awaitReplicated(brokers.cluster());
        stack.ended(brokers);
      }
      load.awaitAccepted(BETWEEN);
      List<Check> checks = new ArrayList<>();
      checks.add(FinalCheck.nothingRefused(load.attempts()));
      checks.add(FinalCheck.repliesGoOn(load.takeReplies()));
      checks.addAll(FinalCheck.of(chaos, stack, load, System.nanoTime()));
      return checks;
    }
  }

  /** With two of three copies gone, nothing could be accepted, nor lost. */
  private static void awaitReplicated(KafkaCluster brokers) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (brokers.inSync(EVENTS).stream().anyMatch(replicas -> replicas < REPLICAS)) {
      if (System.nanoTime() > deadline) {
        throw new ServerException(
            "A broker that came back did not catch up within %d s."
                .formatted(PATIENCE.toSeconds()));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }
}
