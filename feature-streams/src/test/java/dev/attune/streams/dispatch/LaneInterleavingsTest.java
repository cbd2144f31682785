package dev.attune.streams.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every order of submits, answers, failures, timers, ticks, commits and crashes up to a depth, also
 * inside each other (see {@link World}), and long random ones beyond it. After each step the
 * invariants of {@link World} hold; from wherever an order ends, everything is stored once calls
 * succeed again.
 */
class LaneInterleavingsTest {
  private static long explore(World.Rules rules, List<String> users, int steps) {
    Orders orders = new Orders();
    long played = 0;
    do {
      play(new World(rules, orders), users, steps);
      played++;
    } while (orders.another());
    return played;
  }

  private static void play(World world, List<String> users, int steps) {
    try (world) {
      for (int i = 0; i < steps; i++) {
        world.step(users);
      }
      world.calmDown();
      world.everythingIsStored();
    } catch (AssertionError e) {
      throw new AssertionError("after " + world.log + ": " + e.getMessage(), e);
    }
  }

  @Test
  void everyOrderOfOneUsersStepsKeepsThePromise() {
    long orders = explore(new World.Rules(2, false, 1, 2, 0), List.of("a"), 7);

    assertThat(orders).isGreaterThan(80_000);
  }

  @Test
  void everyOrderOfTwoUsersInAWindowOfOneKeepsThePromise() {
    long orders = explore(new World.Rules(1, false, 1, 2, 0), List.of("a", "b"), 6);

    assertThat(orders).isGreaterThan(40_000);
  }

  @Test
  void everyOrderOfOneUsersStepsInterruptedTwiceKeepsThePromise() {
    long orders = explore(new World.Rules(2, false, 1, 2, 2), List.of("a"), 5);

    assertThat(orders).isGreaterThan(40_000);
  }

  @Test
  void everyOrderWithABreakerThatOpensAtOnceKeepsThePromise() {
    long orders = explore(new World.Rules(2, false, 1, 1, 2), List.of("a", "b"), 4);

    assertThat(orders).isGreaterThan(40_000);
  }

  @Test
  void everyOrderWithTwoReplicasInterruptedOnceKeepsThePromise() {
    long orders = explore(new World.Rules(2, false, 2, 1, 1), List.of("a"), 5);

    assertThat(orders).isGreaterThan(40_000);
  }

  @Test
  void everyOrderWithAReplicaThatIsReplacedInterruptedOnceKeepsThePromise() {
    long orders = explore(new World.Rules(2, false, 2, 1, 1, 1), List.of("a"), 4);

    assertThat(orders).isGreaterThan(10_000);
  }

  @ParameterizedTest
  @CsvSource({"false, 1, 0", "true, 1, 1", "false, 2, 0", "true, 3, 5"})
  void longRandomOrdersKeepThePromise(boolean hedging, int replicas, int replacements) {
    for (long seed = 0; seed < 2_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      var rules =
          new World.Rules(
              1 + random.nextInt(3), hedging, replicas, 1 + random.nextInt(3), 1_000, replacements);
      // seldom, or most orders would be one step in another
      World.Choices choices =
          (options, inside) -> inside && random.nextInt(8) > 0 ? 0 : random.nextInt(options);
      World world = new World(rules, choices);
      world.aThousandCallsWentBefore();
      play(world, List.of("a", "b", "c"), 60);
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
