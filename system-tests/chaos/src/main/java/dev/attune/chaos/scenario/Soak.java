package dev.attune.chaos.scenario;

import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.Check;
import dev.attune.chaos.Scenario;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.stack.ChaosStack;
import dev.attune.chaos.stack.FinalCheck;
import dev.attune.chaos.stack.MemoryTrend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Half an hour of faults of every kind, one after the other at random moments. */
public final class Soak implements Scenario {
  private static final Duration TIME = Duration.ofMinutes(30);
  private static final int SHORTEST_SECONDS = 5;
  private static final int LONGEST_SECONDS = 20;

  @Override
  public String name() {
    return "soak";
  }

  @Override
  public String summary() {
    return "random faults for 30 min: 0 mismatches, memory does not grow (line 17)";
  }

  @Override
  public List<Check> run(ChaosRun chaos) throws Exception {
    SplittableRandom random = chaos.random();
    Duration time = chaos.duration(TIME);
    Map<Fault, Integer> happened = new EnumMap<>(Fault.class);
    try (ChaosStack stack = ChaosStack.start(chaos, name());
        Load load = Load.on(stack.settings(), LoadShape.STEADY, chaos.seed(), chaos.progress());
        MemoryTrend memory = MemoryTrend.of(stack)) {
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end) {
        load.run(Duration.ofSeconds(random.nextInt(SHORTEST_SECONDS, LONGEST_SECONDS)));
        Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
        chaos.say("%s", fault.text());
        fault.happen(stack, load);
        happened.merge(fault, 1, Integer::sum);
      }
      long back = System.nanoTime();
      List<Check> checks = new ArrayList<>();
      checks.add(faults(happened));
      checks.add(memory.isFlat());
      checks.add(FinalCheck.nothingRefused(load.attempts()));
      checks.add(FinalCheck.noServerErrors(load.takeReplies()));
      checks.addAll(FinalCheck.of(chaos, stack, load, back));
      return checks;
    }
  }

  private static Check faults(Map<Fault, Integer> happened) {
    StringBuilder text = new StringBuilder();
    happened.forEach(
        (fault, times) ->
            text.append(text.isEmpty() ? "" : ", ").append(fault.text()).append(' ').append(times));
    return new Check("faults happen", text.toString(), !happened.isEmpty());
  }
}
