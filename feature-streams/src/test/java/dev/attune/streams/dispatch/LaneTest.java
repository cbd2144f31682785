package dev.attune.streams.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class LaneTest {
  private static final Duration PAST_BACKOFF = Duration.ofMillis(10);
  private static final Duration PAST_BREAKER_PAUSE = Duration.ofMillis(101);

  private final World world = new World(2, false);

  @Test
  void callsOneRequestOfAUserAtATimeAndTheNewestNext() {
    world.submit("a");
    world.submit("a");
    world.submit("a");

    assertThat(world.calls).extracting(c -> c.request().version()).containsExactly(1);
    world.answer(0, CallOutcome.SETTLED);

    assertThat(world.calls).extracting(c -> c.request().version()).containsExactly(3);
    assertThat(world.dispatcher.counters().conflated()).isEqualTo(1);
  }

  @Test
  void holdsWhatFindsNoRoom() {
    world.submit("a");
    world.submit("b");
    world.submit("c");

    assertThat(world.calls).extracting(c -> c.request().key()).containsExactly("a", "b");
    assertThat(world.dispatcher.counters().held()).isEqualTo(1);
  }

  @Test
  void marksAUserWhoseCallFailedAndCallsTheNewestRequestAfterABackoff() {
    world.submit("a");
    world.answer(0, CallOutcome.UNAVAILABLE);
    world.submit("a");

    world.tick();
    assertThat(world.calls).isEmpty();
    assertThat(world.owes("a")).isTrue();
    world.pass(PAST_BACKOFF);
    world.tick();

    assertThat(world.calls).extracting(c -> c.request().version()).containsExactly(2);
    assertThat(world.dispatcher.counters().retried()).isEqualTo(1);
  }

  @Test
  void aUserWhoBacksOffIsNotCalledByTheirNextEvents() {
    world.submit("a");
    world.answer(0, CallOutcome.UNAVAILABLE);
    world.commit();

    world.submit("a");
    world.submit("b");

    assertThat(world.calls).extracting(c -> c.request().key()).containsExactly("b");
    assertThat(world.owes("a")).isTrue();
  }

  @Test
  void oneUserWhoAlwaysFailsOpensNoBreaker() {
    world.submit("a");
    for (int call = 0; call < 100; call++) {
      world.answer(0, CallOutcome.UNAVAILABLE);
      world.pass(PAST_BACKOFF);
      world.tick();
    }

    assertThat(world.dispatcher.paused()).isFalse();
  }

  @Test
  void aReplicaThatCannotBeReachedOpensItsBreakerWhoeverAsks() {
    world.submit("a");
    world.answer(0, CallOutcome.UNREACHABLE);
    world.tick();
    world.pass(PAST_BACKOFF);
    world.tick();
    world.answer(0, CallOutcome.UNREACHABLE);

    assertThat(world.dispatcher.paused()).isTrue();
  }

  @Test
  void doesNotRetryWhatIsRefused() {
    world.submit("a");
    world.answer(0, CallOutcome.REFUSED);

    assertThat(world.timers).isEmpty();
    assertThat(world.dispatcher.counters().skipped()).isEqualTo(1);
    assertThat(world.dispatcher.counters().open()).isZero();
  }

  @Test
  void holdsInsteadOfCallingWhileTheBreakerIsOpen() {
    openBreaker();

    world.submit("c");

    assertThat(world.calls).isEmpty();
    assertThat(world.dispatcher.paused()).isTrue();
    assertThat(world.owes("c")).isTrue();
  }

  @Test
  void probesWithOneOwedUserAPauseAndGoesOnWhenItSucceeds() {
    openBreaker();
    world.submit("c");
    world.submit("d");
    world.commit();

    world.tick();
    assertThat(world.calls).isEmpty();
    world.pass(PAST_BREAKER_PAUSE);
    world.tick();
    world.tick();
    assertThat(world.calls).hasSize(1);
    world.answer(0, CallOutcome.SETTLED);
    world.tick();

    assertThat(world.dispatcher.paused()).isFalse();
    assertThat(world.calls).hasSize(1);
  }

  @Test
  void eachProbeTakesAnotherUser() {
    openBreaker();
    world.submit("c");
    List<String> probed = new ArrayList<>();
    for (int probe = 0; probe < 3; probe++) {
      world.pass(PAST_BREAKER_PAUSE);
      world.tick();
      probed.add(world.calls.getFirst().request().key());
      world.answer(0, CallOutcome.UNAVAILABLE);
    }

    assertThat(probed).containsExactlyInAnyOrder("a", "b", "c");
  }

  /** With three owed users and each third tick free to probe it would always be the same one. */
  @Test
  void eachProbeTakesAnotherUserHoweverManyTicksComeBetween() {
    openBreaker();
    world.submit("c");
    List<String> probed = new ArrayList<>();
    for (int tick = 0; tick < 9; tick++) {
      world.pass(PAST_BREAKER_PAUSE.dividedBy(3).plusMillis(1));
      world.tick();
      if (!world.calls.isEmpty()) {
        probed.add(world.calls.getFirst().request().key());
        world.answer(0, CallOutcome.UNAVAILABLE);
      }
    }

    assertThat(probed).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void aFreshRequestIsCopiedToAReplicaThatFailsToFindOutWhetherItIsBack() {
    World two = new World(new World.Rules(8, false, 2, 1, 0));
    two.submit("a");
    int away = two.calls.getFirst().replica();
    two.answer(0, CallOutcome.UNREACHABLE);
    two.answer(0, CallOutcome.SETTLED);

    two.pass(PAST_BREAKER_PAUSE);
    two.submit("b");

    assertThat(two.calls).extracting(World.Outgoing::replica).containsExactly(1 - away, away);
    two.answer(0, CallOutcome.SETTLED);
    assertThat(two.dispatcher.counters().open()).isZero();
    two.answer(0, CallOutcome.SETTLED);
    assertThat(two.dispatcher.failingReplicas()).isZero();
  }

  /** The other one is well and can't score this user, so its breaker stays closed. */
  @Test
  void aReplicaThatIsBackIsFoundThoughOnlyUsersWhoFailedAreCalled() {
    World two = new World(new World.Rules(8, false, 2, 2, 0));
    two.submit("a");
    int away = two.calls.getFirst().replica();
    while (two.dispatcher.failingReplicas() == 0) {
      answer(two, away, CallOutcome.UNREACHABLE);
    }

    for (int round = 0; round < 4 && two.stored.isEmpty(); round++) {
      answer(two, away, CallOutcome.SETTLED);
    }

    assertThat(two.stored).containsEntry("a", 1);
    assertThat(two.dispatcher.failingReplicas()).isZero();
  }

  private static void answer(World two, int replica, CallOutcome outcome) {
    two.pass(PAST_BREAKER_PAUSE);
    two.tick();
    boolean asked = two.calls.getFirst().replica() == replica;
    two.answer(0, asked ? outcome : CallOutcome.UNAVAILABLE);
  }

  @Test
  void owedUsersHaveTheirTurnWhileFreshRequestsFillTheWindow() {
    World busy = new World(new World.Rules(32, false, 1, 2, 0));
    for (int user = 0; user < 100; user++) {
      busy.submit("user-" + user);
    }
    assertThat(busy.calls).hasSize(30);

    busy.tick();

    assertThat(busy.calls).hasSize(32);
  }

  @Test
  void callsAgainAfterARestartWhatWasOwed() {
    world.submit("a");
    world.commit();
    world.crash();

    world.tick();

    assertThat(world.calls).hasSize(2);
    assertThat(world.calls.get(1).life()).isEqualTo(1);
    assertThat(world.calls.get(1).request().version()).isEqualTo(1);
  }

  @Test
  void tellsWhetherUsersAreOwedUntilTheyAreScoredOrTheTaskLeaves() {
    openBreaker();
    world.submit("c");
    world.commit();

    world.tick();
    assertThat(world.dispatcher.counters().owing()).isEqualTo(1);
    world.crash();
    assertThat(world.dispatcher.counters().owing()).isZero();
    world.pass(PAST_BREAKER_PAUSE);
    world.tick();
    assertThat(world.dispatcher.counters().owing()).isEqualTo(1);
    for (int user = 0; user < 3; user++) {
      world.answer(world.calls.size() - 1, CallOutcome.SETTLED);
      world.tick();
    }

    assertThat(world.dispatcher.counters().owing()).isZero();
  }

  @Test
  void treatsAThrownExceptionAsUnavailable() {
    CommitBarrier barrier = new CommitBarrier(Duration.ZERO, Duration.ZERO, _ -> {});
    DispatchSettings settings = world.dispatcher.settings();
    Dispatcher<String, String> throwing =
        new Dispatcher<>(
            settings,
            Replicas.of(
                (_, _) -> {
                  throw new IllegalStateException("no connection");
                }),
            barrier,
            new DispatcherEnvironment(System::nanoTime, () -> 0, (_, _) -> {}, ReentrantLock::new));
    OwedInMemory owed = new OwedInMemory();
    Lane<String, String> lane = throwing.open(owed, key -> key);

    lane.submit("a", "a");
    lane.settleOrMark();

    assertThat(owed.keys).containsExactly("a");
    assertThat(throwing.counters().settled()).isZero();
  }

  @Test
  void spreadsUsersAndTriesAnotherReplicaAtTheNextAttempt() {
    World two = new World(new World.Rules(8, false, 2, 100, 0));
    two.submit("a");
    two.submit("e");

    assertThat(two.calls).extracting(World.Outgoing::replica).containsExactlyInAnyOrder(0, 1);
    int first = two.calls.getFirst().replica();
    two.answer(0, CallOutcome.UNAVAILABLE);

    assertThat(two.calls.getLast().request().key()).isEqualTo("a");
    assertThat(two.calls.getLast().replica()).isEqualTo(1 - first);
    two.answer(1, CallOutcome.SETTLED);
    assertThat(two.dispatcher.counters().open()).isEqualTo(1);
  }

  @Test
  void hedgesASlowCallOnceAndTakesTheFirstAnswer() {
    World hedging = new World(2, true);
    hedging.aThousandCallsWentBefore();
    hedging.submit("a");
    hedging.fire(0);

    assertThat(hedging.calls).hasSize(2);
    hedging.answer(1, CallOutcome.SETTLED);
    assertThat(hedging.dispatcher.counters().open()).isZero();
    hedging.answer(0, CallOutcome.UNAVAILABLE);

    assertThat(hedging.timers).isEmpty();
    assertThat(hedging.dispatcher.counters().hedged()).isEqualTo(1);
  }

  @Test
  void hedgesNoMoreThanAShareOfTheCalls() {
    World hedging = new World(2, true);
    hedging.submit("a");
    hedging.fire(0);

    assertThat(hedging.calls).hasSize(1);
    assertThat(hedging.dispatcher.counters().hedged()).isZero();
  }

  @Test
  void hedgesAShareOfABurstHoweverManyCallsWentBefore() {
    World hedging = new World(10_000, true);
    for (int call = 0; call < 10_000_000; call++) {
      hedging.dispatcher.called();
    }

    for (int user = 0; user < 5_000; user++) {
      hedging.submit("user-" + user);
    }
    List<Runnable> due = List.copyOf(hedging.timers);
    due.forEach(Runnable::run);

    assertThat(hedging.dispatcher.counters().hedged()).isBetween(20L, 250L);
  }

  @Test
  void backoffDoublesWithJitterUpToItsLimit() {
    assertThat(world.dispatcher.backoff(1)).isEqualTo(Duration.ofNanos(750_000));
    assertThat(world.dispatcher.backoff(2)).isEqualTo(Duration.ofNanos(1_500_000));
    assertThat(world.dispatcher.backoff(60)).isEqualTo(Duration.ofMillis(6));
  }

  private void openBreaker() {
    world.submit("a");
    world.submit("b");
    world.answer(0, CallOutcome.UNAVAILABLE);
    world.answer(0, CallOutcome.UNAVAILABLE);
  }
}
