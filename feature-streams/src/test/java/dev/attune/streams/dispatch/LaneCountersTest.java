package dev.attune.streams.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a lane counts, and how often it asks. */
class LaneCountersTest {
  private static final Duration PAST_BACKOFF = Duration.ofMillis(10);
  private static final Duration BREAKER_PAUSE = Duration.ofMillis(100);

  private static World world(int window, int replicas, int breakerFailures) {
    return new World(new World.Rules(window, false, replicas, breakerFailures, 0));
  }

  @Test
  void aCallThatIsAnsweredCountsOnce() {
    World world = world(4, 1, 100);
    world.submit("a");
    world.answer(0, CallOutcome.SETTLED);

    DispatchCounters counters = world.dispatcher.counters();
    assertThat(counters.called()).isEqualTo(1);
    assertThat(counters.settled()).isEqualTo(1);
    assertThat(counters.retried()).isZero();
    assertThat(counters.held()).isZero();
    assertThat(counters.conflated()).isZero();
  }

  @Test
  void eachRequestWhosePlaceANewerOneTakesCounts() {
    World world = world(4, 1, 100);
    for (int i = 0; i < 4; i++) {
      world.submit("a");
    }

    assertThat(world.dispatcher.counters().conflated()).isEqualTo(2);
  }

  @Test
  void theSecondAttemptAsksForTheNewestRequestAndCountsAsRetried() {
    World world = world(4, 2, 100);
    world.submit("a");
    world.submit("a");

    world.answer(0, CallOutcome.UNAVAILABLE);

    assertThat(world.calls).extracting(c -> c.request().version()).containsExactly(2);
    DispatchCounters counters = world.dispatcher.counters();
    assertThat(counters.conflated()).isEqualTo(1);
    assertThat(counters.retried()).isEqualTo(1);
    assertThat(counters.called()).isEqualTo(2);
  }

  @Test
  void withNothingNewerTheSecondAttemptConflatesNothing() {
    World world = world(4, 2, 100);
    world.submit("a");

    world.answer(0, CallOutcome.UNAVAILABLE);

    assertThat(world.dispatcher.counters().conflated()).isZero();
  }

  @Test
  void twoAttemptsAreAllThatARequestCosts() {
    World world = world(4, 3, 100);
    world.submit("a");
    world.answer(0, CallOutcome.UNAVAILABLE);
    world.answer(0, CallOutcome.UNAVAILABLE);

    assertThat(world.calls).isEmpty();
    assertThat(world.dispatcher.counters().called()).isEqualTo(2);
    world.tick();
    assertThat(world.owes("a")).isTrue();
  }

  /** Its key's older one is answered, but by the last replica, which has gone. */
  @Test
  void aWaitingRequestThatNobodyCanTakeIsOwed() {
    World world = world(4, 1, 1);
    world.submit("a");
    world.submit("a");
    world.withoutReplicas();

    world.answer(0, CallOutcome.SETTLED);

    assertThat(world.calls).isEmpty();
    assertThat(world.dispatcher.counters().open()).isZero();
    world.tick();
    assertThat(world.owes("a")).isTrue();
  }

  @Test
  void aRequestOfAKeyThatBacksOffIsHeld() {
    World world = world(4, 1, 100);
    world.submit("a");
    world.answer(0, CallOutcome.UNAVAILABLE);
    world.tick();
    assertThat(world.dispatcher.counters().held()).isEqualTo(1);

    world.submit("a");

    assertThat(world.dispatcher.counters().held()).isEqualTo(2);
  }

  @Test
  void aProbeBesideAFreshCallCounts() {
    World world = world(8, 2, 1);
    world.submit("a");
    world.answer(0, CallOutcome.UNREACHABLE);
    world.answer(0, CallOutcome.SETTLED);
    long before = world.dispatcher.counters().called();

    world.pass(BREAKER_PAUSE.plusMillis(1));
    world.submit("b");

    assertThat(world.dispatcher.counters().called() - before).isEqualTo(2);
  }

  @Test
  void aSlowCallAndItsHedgeFailTogether() {
    World world = new World(2, true);
    world.aThousandCallsWentBefore();
    world.submit("a");
    world.fire(0);
    assertThat(world.calls).hasSize(2);

    world.answer(0, CallOutcome.UNAVAILABLE);
    assertThat(world.dispatcher.counters().open()).as("the hedge is still out").isEqualTo(1);
    world.answer(0, CallOutcome.SETTLED);

    assertThat(world.dispatcher.counters().open()).isZero();
    world.tick();
    assertThat(world.owes("a")).isFalse();
  }

  /** Sixteen of a window of thirty-two: fresh requests need the other places. */
  @Test
  void owedKeysTakeHalfOfTheWindowAndNoMore() {
    World world = world(32, 1, 1_000);
    for (int user = 0; user < 40; user++) {
      world.submit("user-%02d".formatted(user));
    }
    world.commit();
    while (!world.calls.isEmpty()) {
      world.answer(0, CallOutcome.UNAVAILABLE);
    }
    world.tick();
    world.pass(PAST_BACKOFF);
    while (!world.calls.isEmpty()) {
      world.answer(0, CallOutcome.UNAVAILABLE);
    }
    world.tick();
    world.pass(PAST_BACKOFF);

    world.tick();
    assertThat(world.calls).hasSize(16);
    world.tick();

    assertThat(world.calls).hasSize(16);
  }

  @Test
  void aProbeIsDueWhenThePauseIsOverToTheNanosecond() {
    World world = world(4, 1, 1);
    world.submit("a");
    world.answer(0, CallOutcome.UNAVAILABLE);
    world.pass(BREAKER_PAUSE.minusNanos(1));
    world.tick();
    assertThat(world.calls).isEmpty();

    world.pass(Duration.ofNanos(1));
    world.tick();

    assertThat(world.calls).hasSize(1);
  }

  @Test
  void aLaneThatClosesLeavesNothingCountedAsOpen() {
    World world = world(4, 1, 100);
    world.submit("a");
    world.submit("b");
    world.answer(0, CallOutcome.UNAVAILABLE);

    world.close();

    assertThat(world.dispatcher.counters().open()).isZero();
  }

  @Test
  void aKeyOfWhichNothingIsLeftIsOwedNoMore() {
    CommitBarrier barrier = new CommitBarrier(Duration.ZERO, Duration.ZERO, _ -> {});
    OwedInMemory owed = new OwedInMemory();
    Dispatcher<String, String> dispatcher = dispatcher(barrier, Replicas.of((_, _) -> {}));
    Lane<String, String> lane = dispatcher.open(owed, _ -> null);
    owed.mark("erased");

    lane.tick();

    assertThat(owed.keys).isEmpty();
    assertThat(lane.size()).isZero();
  }

  @Test
  void aReplicaThatThrowsHasAnswered() {
    CommitBarrier barrier = new CommitBarrier(Duration.ZERO, Duration.ZERO, _ -> {});
    Dispatcher<String, String> dispatcher =
        dispatcher(
            barrier,
            Replicas.of(
                (_, _) -> {
                  throw new IllegalStateException("no connection");
                }));
    OwedInMemory owed = new OwedInMemory();
    Lane<String, String> lane = dispatcher.open(owed, key -> key);

    lane.submit("a", "a");
    assertThat(lane.size()).as("nothing flies").isZero();

    assertThat(lane.settleOrMark()).as("the mark was written").isTrue();
    assertThat(owed.keys).containsExactly("a");
    assertThat(lane.settleOrMark()).as("there is nothing more to write").isFalse();
  }

  /** So that a call can tell whose place it has taken. */
  @Test
  void aNewerRequestIsMadeOfBothWhereItTakesThePlaceOfOneThatWaits() {
    CommitBarrier barrier = new CommitBarrier(Duration.ZERO, Duration.ZERO, _ -> {});
    List<String> called = new ArrayList<>();
    List<Consumer<CallOutcome>> answers = new ArrayList<>();
    Replicas<String> replicas =
        Replicas.of(
            (request, answer) -> {
              called.add(request);
              answers.add(answer);
            });
    try (var dispatcher =
        new Dispatcher<String, String>(
            world(4, 1, 100).dispatcher.settings(),
            replicas,
            barrier,
            (older, newer) -> older + newer)) {
      Lane<String, String> lane = dispatcher.open(new OwedInMemory(), key -> key);
      List.of("1", "2", "3").forEach(request -> lane.submit("a", request));

      answers.getFirst().accept(CallOutcome.SETTLED);

      assertThat(called).containsExactly("1", "23");
      lane.close();
    }
  }

  private static Dispatcher<String, String> dispatcher(
      CommitBarrier barrier, Replicas<String> replicas) {
    return new Dispatcher<>(
        world(4, 1, 100).dispatcher.settings(),
        replicas,
        barrier,
        new DispatcherEnvironment(System::nanoTime, () -> 0, (_, _) -> {}, ReentrantLock::new));
  }
}
