package dev.attune.streams.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every order of submits, answers, failures, timers, ticks, commits and crashes up to a depth, and
 * long random ones beyond it. After each step the invariants of {@link World} hold; from wherever
 * an order ends, everything is stored once calls succeed again.
 */
class LaneInterleavingsTest {

  private record Step(String name, Consumer<World> action) {}

  private static final Duration PAST_BREAKER_PAUSE = Duration.ofMillis(200);

  private static List<Step> steps(World world, List<String> keys) {
    List<Step> steps = new ArrayList<>();
    for (String key : keys) {
      steps.add(new Step("submit " + key, w -> w.submit(key)));
    }
    for (int i = 0; i < world.calls.size(); i++) {
      int call = i;
      steps.add(new Step("settle " + i, w -> w.answer(call, CallOutcome.SETTLED)));
      steps.add(new Step("fail " + i, w -> w.answer(call, CallOutcome.UNAVAILABLE)));
    }
    for (int i = 0; i < world.timers.size(); i++) {
      int timer = i;
      steps.add(new Step("fire " + i, w -> w.fire(timer)));
    }
    steps.add(new Step("tick", World::tick));
    steps.add(new Step("commit", World::commit));
    steps.add(new Step("crash", World::crash));
    steps.add(new Step("pause", w -> w.pass(PAST_BREAKER_PAUSE)));
    return steps;
  }

  /** Depth-first over all orders; worlds can't be copied, so each prefix is played again. */
  private static long explore(int window, List<String> keys, List<Integer> prefix, int depth) {
    World world = new World(window, false);
    List<String> names = new ArrayList<>();
    try {
      for (int choice : prefix) {
        Step step = steps(world, keys).get(choice);
        names.add(step.name());
        step.action().accept(world);
      }
      if (prefix.size() == depth) {
        world.calmDown();
        world.everythingIsStored();
        return 1;
      }
    } catch (AssertionError e) {
      throw new AssertionError("after " + names + ": " + e.getMessage(), e);
    }
    long orders = 0;
    int choices = steps(world, keys).size();
    for (int choice = 0; choice < choices; choice++) {
      prefix.add(choice);
      orders += explore(window, keys, prefix, depth);
      prefix.removeLast();
    }
    return orders;
  }

  @Test
  void everyOrderOfOneUsersStepsKeepsThePromise() {
    long orders = explore(2, List.of("a"), new ArrayList<>(), 7);

    assertThat(orders).isGreaterThan(80_000);
  }

  @Test
  void everyOrderOfTwoUsersInAWindowOfOneKeepsThePromise() {
    long orders = explore(1, List.of("a", "b"), new ArrayList<>(), 6);

    assertThat(orders).isGreaterThan(40_000);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void longRandomOrdersKeepThePromise(boolean hedging) {
    for (long seed = 0; seed < 3_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      World world = new World(1 + random.nextInt(3), hedging);
      // hedges are a share of all calls: give them some to be a share of
      world.dispatcher.counters().called.add(1_000);
      List<String> names = new ArrayList<>();
      try {
        for (int i = 0; i < 60; i++) {
          List<Step> steps = steps(world, List.of("a", "b", "c"));
          Step step = steps.get(random.nextInt(steps.size()));
          names.add(step.name());
          step.action().accept(world);
        }
        world.calmDown();
        world.everythingIsStored();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + " after " + names + ": " + e.getMessage(), e);
      }
    }
  }

  /** The checker itself must notice: a commit that neither waits nor marks breaks the promise. */
  @Test
  void theCheckerNoticesACommitThatPassesTheBarrierBy() {
    World world = new World(2, false);
    world.submit("a");

    assertThatThrownBy(world::commitWithoutBarrier)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("not owed");
  }
}
