package dev.attune.streams.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** What lanes share. */
class DispatcherTest {
  private static final DispatchSettings SETTINGS =
      new DispatchSettings(
          8,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofMillis(4),
          Duration.ofMillis(10),
          Duration.ZERO,
          1,
          Duration.ofMillis(100));

  private final VirtualTime time = new VirtualTime();
  private final AtomicBoolean closed = new AtomicBoolean();
  private double chance = 0.5;

  /** A replica that can't be reached. */
  private record Away(String name) implements Replica<String> {
    @Override
    public void call(String request, Consumer<CallOutcome> answer) {
      answer.accept(CallOutcome.UNREACHABLE);
    }
  }

  private Dispatcher<String, String> dispatcher() {
    List<Away> replicas = List.of(new Away("a"), new Away("b"));
    return new Dispatcher<>(
        SETTINGS,
        () -> replicas,
        VirtualDispatch.barrier(SETTINGS, time),
        new DispatcherEnvironment(time::now, () -> chance, timer(), ReentrantLock::new));
  }

  private Timer timer() {
    return new Timer() {
      @Override
      public void after(Duration delay, Runnable task) {
        time.after(delay, task);
      }

      @Override
      public void close() {
        closed.set(true);
      }
    };
  }

  @Test
  void aDispatcherThatIsClosedRunsNothingLater() {
    try (var dispatcher = dispatcher()) {
      assertThat(dispatcher.counters().called()).isZero();
      assertThat(closed).isFalse();
    }

    assertThat(closed).isTrue();
  }

  @Test
  void itsTimeIsThatOfItsSurroundings() {
    try (var dispatcher = dispatcher()) {
      time.pass(Duration.ofMillis(7));

      assertThat(dispatcher.nanoTime()).isEqualTo(7_000_000);
    }
  }

  @Test
  void tellsHowManyReplicasFail() {
    try (var dispatcher = dispatcher()) {
      List<Integer> failing = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        failing.add(dispatcher.failingReplicas());
        GuardedReplica<String> next = dispatcher.pool().pick("user", 0);
        if (next != null) {
          next.call("request", true, _ -> {});
        }
      }

      assertThat(failing).containsExactly(0, 1, 2);
      assertThat(dispatcher.paused()).isTrue();
    }
  }

  /** Half to the whole of the first pause, doubled with each failure up to the longest. */
  @Test
  void pausesDoubleUpToTheLongest() {
    try (var dispatcher = dispatcher()) {
      chance = 0;
      assertThat(dispatcher.backoff(1)).isEqualTo(Duration.ofMillis(2));
      assertThat(dispatcher.backoff(2)).isEqualTo(Duration.ofMillis(4));
      assertThat(dispatcher.backoff(3)).isEqualTo(Duration.ofMillis(5));
      chance = 1;
      assertThat(dispatcher.backoff(1)).isEqualTo(Duration.ofMillis(4));
      assertThat(dispatcher.backoff(1_000)).isEqualTo(Duration.ofMillis(10));
    }
  }

  @Test
  void realChanceIsSpreadFromZeroToOne() {
    var random = DispatcherEnvironment.real().random();

    var drawn = DoubleStream.generate(random::getAsDouble).limit(1_000).summaryStatistics();

    assertThat(drawn.getMin()).isBetween(0.0, 0.1);
    assertThat(drawn.getMax()).isBetween(0.9, 1.0);
    assertThat(drawn.getAverage()).isBetween(0.4, 0.6);
  }

  @Test
  void aThreadsTimeToBlockIsSpentAndGivenAnew() {
    var budget = new BlockingBudget(100);

    budget.spend(30);
    budget.spend(30);
    assertThat(budget.leftNanos()).isEqualTo(40);

    budget.reset();
    assertThat(budget.leftNanos()).isEqualTo(100);
  }
}
