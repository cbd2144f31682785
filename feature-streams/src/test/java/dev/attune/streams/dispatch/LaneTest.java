package dev.attune.streams.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneTest {

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
  void retriesTheNewestRequestAfterABackoff() {
    world.submit("a");
    world.answer(0, CallOutcome.UNAVAILABLE);
    world.submit("a");

    assertThat(world.calls).isEmpty();
    world.fire(0);

    assertThat(world.calls).extracting(c -> c.request().version()).containsExactly(2);
    assertThat(world.dispatcher.counters().retried()).isEqualTo(1);
    assertThat(world.dispatcher.counters().conflated()).isEqualTo(1);
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
    assertThat(world.dispatcher.counters().held()).isEqualTo(1);
  }

  @Test
  void probesWithOneOwedUserAPauseAndGoesOnWhenItSucceeds() {
    openBreaker();
    world.submit("c");
    world.submit("d");
    world.commit();

    world.tick();
    assertThat(world.calls).isEmpty();
    world.pass(Duration.ofMillis(100));
    world.tick();
    world.tick();
    assertThat(world.calls).hasSize(1);
    world.answer(0, CallOutcome.SETTLED);
    world.tick();

    assertThat(world.dispatcher.paused()).isFalse();
    assertThat(world.calls).hasSize(1);
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
    world.pass(Duration.ofMillis(100));
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
            System::nanoTime,
            () -> 0,
            (_, _) -> {});
    Lane<String, String> lane = throwing.open(new OwedInMemory(), key -> key);

    lane.submit("a", "a");

    assertThat(lane.size()).isEqualTo(1);
    assertThat(throwing.counters().settled()).isZero();
  }

  @Test
  void spreadsUsersAndTriesAnotherReplicaAtTheNextAttempt() {
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    List<Runnable> retries = new ArrayList<>();
    Dispatcher<String, String> two =
        new Dispatcher<>(
            world.dispatcher.settings(),
            () ->
                List.of(
                    (request, answer) -> {
                      first.add(request);
                      answer.accept(CallOutcome.UNAVAILABLE);
                    },
                    (request, answer) -> {
                      second.add(request);
                      answer.accept(CallOutcome.SETTLED);
                    }),
            new CommitBarrier(Duration.ZERO, Duration.ZERO, _ -> {}),
            System::nanoTime,
            () -> 0,
            (_, task) -> retries.add(task));
    Lane<String, String> lane = two.open(new OwedInMemory(), key -> key);

    lane.submit("a", "a");
    lane.submit("b", "b");
    retries.forEach(Runnable::run);

    assertThat(first).hasSize(1);
    assertThat(second).containsExactlyInAnyOrder("a", "b");
    assertThat(lane.size()).isZero();
  }

  @Test
  void hedgesASlowCallOnceAndTakesTheFirstAnswer() {
    World hedging = new World(2, true);
    hedging.dispatcher.counters().called.add(1_000);
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
