package dev.attune.chaos.scenario;

import static dev.attune.chaos.stack.ChaosStack.first;

import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.Check;
import dev.attune.chaos.Scenario;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.load.RequestCounts;
import dev.attune.chaos.stack.ChaosStack;
import dev.attune.chaos.stack.ChaosStack.Instance;
import dev.attune.chaos.stack.FinalCheck;
import dev.attune.local.infra.ServerException;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.ResidentMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The only broker is away for a minute while many clients send and wait. */
public final class BrokerDown implements Scenario {
  private static final Duration AWAY = Duration.ofSeconds(60);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int BEFORE = 3_000;
  private static final Instance GATEWAY = first(Part.GATEWAY);

  /** The gateway's own of 5 s, and what two busy processors add to it. */
  private static final long DEADLINE_MILLIS = 6_000;

  /** As much as a thousand hostile bodies may add: what waits is bounded, not all that is sent. */
  private static final long MOST_GROWTH_MB = 64;

  @Override
  public String name() {
    return "broker";
  }

  @Override
  public String summary() {
    return "the only broker down for 60 s: 503 with Retry-After, then drained in 60 s (line 5)";
  }

  @Override
  public List<Check> run(ChaosRun chaos) throws Exception {
    Duration away = chaos.duration(AWAY);
    try (ChaosStack stack = ChaosStack.start(chaos, name());
        Load load = stack.load(chaos, LoadShape.CROWD)) {
      load.awaitAccepted(BEFORE);
      long before = megabytes(stack);
      stack.kill(first(Part.KAFKA));
      chaos.say("broker killed for %d s", away.toSeconds());
      long most = highest(stack, load, away);
      stack.up(first(Part.KAFKA));
      long back = System.nanoTime();
      chaos.say("broker is back");
      load.awaitAccepted(BEFORE);
      List<Check> checks = new ArrayList<>();
      checks.add(inTime(load.attempts()));
      checks.add(
          new Check(
              "the gateway's memory grows by at most %d MB meanwhile".formatted(MOST_GROWTH_MB),
              "from %d to at most %d MB resident".formatted(before, most),
              most - before <= MOST_GROWTH_MB));
      checks.add(FinalCheck.nothingRefused(load.attempts()));
      checks.add(FinalCheck.repliesGoOn(load.takeReplies()));
      checks.addAll(FinalCheck.of(chaos, stack, load, back, away.plus(LONGEST_WAIT)));
      return checks;
    }
  }

  private static Check inTime(RequestCounts attempts) {
    return new Check(
        "a 503 comes within %d ms".formatted(DEADLINE_MILLIS),
        "%,d answers 503, the slowest after %,d ms"
            .formatted(attempts.unavailable(), attempts.slowestUnavailable()),
        attempts.unavailable() > 0 && attempts.slowestUnavailable() <= DEADLINE_MILLIS);
  }

  private static long highest(ChaosStack stack, Load load, Duration time)
      throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    long most = 0;
    while (System.nanoTime() < end) {
      load.run(LOOK);
      most = Math.max(most, megabytes(stack));
    }
    return most;
  }

  private static long megabytes(ChaosStack stack) {
    long pid =
        stack.pid(GATEWAY).orElseThrow(() -> new ServerException("The gateway does not run."));
    return ResidentMemory.of(pid).orElse(0) >> 20;
  }
}
