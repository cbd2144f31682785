package dev.attune.chaos.scenario;

import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.Check;
import dev.attune.chaos.Scenario;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.stack.ChaosStack;
import dev.attune.chaos.stack.FinalCheck;
import dev.attune.chaos.stack.MemoryTrend;
import dev.attune.chaos.variant.FaultyWires;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Half an hour of faults of every kind, one after the other at random moments; a shorter one lasts
 * until each has happened once, some eight minutes.
 */
public final class Soak implements Scenario {
  private static final Duration TIME = Duration.ofMinutes(30);

  /** Two faults that follow each other add up, and a paused feature-streams alone is 35 s. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(90);

  private static final int SHORTEST_SECONDS = 5;
  private static final int LONGEST_SECONDS = 20;

  @Override
  public String name() {
    return "soak";
  }

  @Override
  public String summary() {
    return "every fault at random for 30 min: 0 mismatches, memory does not grow (line 17)";
  }

  @Override
  public List<Check> run(ChaosRun chaos) throws Exception {
    SplittableRandom random = chaos.random();
    Duration time = chaos.duration(TIME);
    Map<Fault, Integer> happened = new EnumMap<>(Fault.class);
    var wires = new FaultyWires();
    try (ChaosStack stack = ChaosStack.start(chaos, name(), wires);
        Load load = stack.load(chaos, LoadShape.STEADY);
        MemoryTrend memory = MemoryTrend.of(stack)) {
      Deque<Fault> deck = new ArrayDeque<>();
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end || happened.size() < Fault.values().length) {
        load.run(Duration.ofSeconds(random.nextInt(SHORTEST_SECONDS, LONGEST_SECONDS)));
        Fault fault = drawn(deck, random);
        chaos.say("%s", fault.text());
        fault.happen(new Fault.Site(stack, wires, load));
        happened.merge(fault, 1, Integer::sum);
      }
      long back = System.nanoTime();
      List<Check> checks = new ArrayList<>();
      checks.add(faults(happened));
      checks.add(memory.isFlat());
      checks.add(FinalCheck.nothingRefused(load.attempts()));
      checks.add(FinalCheck.noServerErrors(load.takeReplies()));
      checks.addAll(FinalCheck.of(chaos, stack, load, back, LONGEST_WAIT));
      return checks;
    }
  }

  /** Each fault comes once before any comes again. */
  static Fault drawn(Deque<Fault> deck, SplittableRandom random) {
    if (deck.isEmpty()) {
      List<Fault> left = new ArrayList<>(List.of(Fault.values()));
      while (!left.isEmpty()) {
        deck.add(left.remove(random.nextInt(left.size())));
      }
    }
    return deck.remove();
  }

  private static Check faults(Map<Fault, Integer> happened) {
    String text =
        happened.entrySet().stream()
            .map(fault -> fault.getKey().text() + " " + fault.getValue())
            .collect(Collectors.joining(", "));
    return new Check(
        "each of the %d faults happens".formatted(Fault.values().length),
        text,
        happened.size() == Fault.values().length);
  }
}
