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
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One of two instances of feature-streams stands still until the broker has given its tasks to the
 * other and has rolled back what it had begun; then it goes on, knowing nothing of that.
 */
public final class StreamsZombie implements Scenario {
  private static final Pattern FENCED =
      Pattern.compile("(?i)fenced|TaskMigrated|missed a rebalance");
  private static final int PAUSES = 2;
  private static final int BETWEEN = 4_000;

  /** The session's 10 s, the transaction's 10 s, and 10 s until the broker looks at it. */
  private static final Duration PAUSE = Duration.ofSeconds(35);

  @Override
  public String name() {
    return "zombie";
  }

  @Override
  public String summary() {
    return "one of two feature-streams paused 35 s, twice: 0 lost, 0 twice (line 24)";
  }

  @Override
  public List<Check> run(ChaosRun chaos) throws Exception {
    SplittableRandom random = chaos.random();
    int pauses = chaos.times(PAUSES);
    try (ChaosStack stack = ChaosStack.start(chaos, name())) {
      stack.up(second(Part.STREAMS));
      try (Load load = stack.load(chaos, LoadShape.STEADY)) {
        int fenced = 0;
        for (int pause = 1; pause <= pauses; pause++) {
          load.awaitAccepted(BETWEEN);
          Instance victim = new Instance(Part.STREAMS, random.nextBoolean());
          long before = fencings(stack, victim);
          chaos.say("%s paused for %d s, %d of %d", victim, PAUSE.toSeconds(), pause, pauses);
          stack.pause(victim);
          load.run(PAUSE);
          stack.goOn(victim);
          load.awaitAccepted(BETWEEN);
          fenced += fencings(stack, victim) > before ? 1 : 0;
        }
        List<Check> checks = new ArrayList<>();
        checks.add(
            new Check(
                "each paused instance finds that its tasks are another's",
                "%d of %d".formatted(fenced, pauses),
                fenced == pauses));
        checks.add(FinalCheck.nothingRefused(load.attempts()));
        checks.add(FinalCheck.repliesGoOn(load.takeReplies()));
        checks.addAll(FinalCheck.of(chaos, stack, load, System.nanoTime()));
        return checks;
      }
    }
  }

  /** How often an instance was told so far that it is not who it thinks it is. */
  private static long fencings(ChaosStack stack, Instance instance) throws IOException {
    try (Stream<String> log = Files.lines(stack.log(instance))) {
      return log.filter(line -> FENCED.matcher(line).find()).count();
    }
  }
}
