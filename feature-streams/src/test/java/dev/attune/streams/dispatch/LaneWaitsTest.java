package dev.attune.streams.dispatch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long a stream thread waits, to the nanosecond, since time is virtual. */
@Timeout(20)
class LaneWaitsTest {
  private static final Duration ANSWER = Duration.ofMillis(5);
  private static final Duration SUBMIT_LIMIT = Duration.ofMillis(80);
  private static final Duration BARRIER_LIMIT = Duration.ofMillis(120);

  /** Fifteen for fresh requests, one for owed keys. */
  private static final DispatchSettings SETTINGS =
      new DispatchSettings(
          16,
          SUBMIT_LIMIT,
          BARRIER_LIMIT,
          Duration.ofMillis(50),
          Duration.ofSeconds(1),
          Duration.ZERO,
          1,
          Duration.ofMillis(500));

  private static final int ROOM = 15;

  private enum Replies {
    AFTER_A_WHILE,
    NEVER,
    NOT_REACHED
  }

  private final VirtualTime time = new VirtualTime();
  private final List<Duration> waits = new ArrayList<>();
  private final CommitBarrier barrier =
      new CommitBarrier(BARRIER_LIMIT, SUBMIT_LIMIT, waits::add, time::now);
  private final OwedInMemory owed = new OwedInMemory();
  private Replies replies = Replies.AFTER_A_WHILE;
  private final Dispatcher<String, String> dispatcher =
      VirtualDispatch.dispatcher(SETTINGS, Replicas.of(this::call), barrier, time, () -> 0.5);
  private final Lane<String, String> lane = dispatcher.open(owed, key -> key);

  private void call(String request, Consumer<CallOutcome> answer) {
    switch (replies) {
      case AFTER_A_WHILE -> time.after(ANSWER, () -> answer.accept(CallOutcome.SETTLED));
      case NEVER -> {}
      case NOT_REACHED -> answer.accept(CallOutcome.UNREACHABLE);
    }
  }

  private void submit(int... users) {
    for (int user : users) {
      lane.submit("user-" + user, "request");
    }
  }

  private void fill() {
    for (int user = 0; user < ROOM; user++) {
      submit(user);
    }
  }

  @Test
  void aFullWindowIsWaitedForUntilSomebodyHasAnAnswer() {
    fill();
    assertThat(time.now()).isZero();

    submit(100);

    assertThat(time.now()).isEqualTo(ANSWER.toNanos());
    assertThat(dispatcher.counters().held()).isZero();
    assertThat(owed.keys).isEmpty();
  }

  @Test
  void allSubmitsBetweenTwoCommitsShareOneLimit() {
    replies = Replies.NEVER;
    fill();

    submit(100);
    assertThat(time.now()).isEqualTo(SUBMIT_LIMIT.toNanos());
    submit(101, 102);
    assertThat(time.now()).isEqualTo(SUBMIT_LIMIT.toNanos());

    assertThat(owed.keys).containsExactly("user-100", "user-101", "user-102");
    assertThat(dispatcher.counters().held()).isEqualTo(3);
  }

  @Test
  void aCommitGivesTheLimitBack() {
    replies = Replies.NEVER;
    fill();
    submit(100);
    barrier.pass();
    long committed = time.now();

    submit(103);

    assertThat(time.now() - committed).isEqualTo(SUBMIT_LIMIT.toNanos());
  }

  @Test
  void nobodyWaitsWhileAllReplicasFail() {
    replies = Replies.NEVER;
    fill();
    breakerOpens();

    submit(100);
    assertThat(time.now()).isZero();
    assertThat(owed.keys).containsExactly("user-100");
    barrier.pass();

    assertThat(waits).containsExactly(Duration.ZERO);
    assertThat(owed.keys).hasSize(ROOM + 1);
  }

  private void breakerOpens() {
    replies = Replies.NOT_REACHED;
    GuardedReplica<String> only = requireNonNull(dispatcher.pool().pick("any", 0));
    only.call("request", true, _ -> {});
    assertThat(dispatcher.paused()).isTrue();
  }

  @Test
  void aCommitWaitsForTheLastAnswerAndNoLonger() {
    submit(1);
    time.pass(Duration.ofMillis(2));
    submit(2);

    barrier.pass();

    assertThat(time.now()).isEqualTo(Duration.ofMillis(7).toNanos());
    assertThat(waits).containsExactly(Duration.ofMillis(5));
    assertThat(owed.keys).isEmpty();
  }

  @Test
  void aCommitMarksAtItsLimit() {
    replies = Replies.NEVER;
    time.pass(Duration.ofSeconds(1));
    submit(1);

    barrier.pass();

    assertThat(waits).containsExactly(BARRIER_LIMIT);
    assertThat(owed.keys).containsExactly("user-1");
    barrier.pass();
    assertThat(waits).as("what is marked isn't waited for").endsWith(Duration.ZERO);
  }

  @Test
  void aLaneThatIsClosedIsNotWaitedFor() {
    replies = Replies.NEVER;
    submit(1);

    lane.close();
    barrier.pass();

    assertThat(waits).isEmpty();
    assertThat(dispatcher.counters().open()).isZero();
    assertThat(lane.size()).isZero();
  }

  @Test
  void marksAreFlushedBeforeOffsetsAreCommitted() {
    MockProducer<byte[], byte[]> producer = sending();
    replies = Replies.NEVER;
    Lane<String, String> quiet = dispatcher.open(new OwedInMemory(), key -> key);
    submit(1);

    barrier.pass();

    assertThat(producer.flushed()).isTrue();
    quiet.close();
  }

  @Test
  void aCommitWithoutMarksFlushesNothing() {
    MockProducer<byte[], byte[]> producer = sending();
    submit(1);

    barrier.pass();

    assertThat(producer.flushed()).isFalse();
  }

  /** A producer that Kafka Streams has flushed once on this thread, with a record since. */
  private MockProducer<byte[], byte[]> sending() {
    var producer =
        new MockProducer<byte[], byte[]>(
            false, null, new ByteArraySerializer(), new ByteArraySerializer());
    barrier.here().sendsWith(producer);
    var unused = producer.send(new ProducerRecord<>("changelog", new byte[1]));
    assertThat(producer.flushed()).isFalse();
    return producer;
  }

  @Test
  void whoIsInterruptedMarksInsteadOfWaiting() {
    Dispatcher<String, String> real =
        new Dispatcher<>(
            SETTINGS,
            Replicas.of((_, _) -> {}),
            barrier,
            new DispatcherEnvironment(
                System::nanoTime, () -> 0.5, (_, _) -> {}, ReentrantLock::new));
    OwedInMemory marks = new OwedInMemory();
    Lane<String, String> blocked = real.open(marks, key -> key);
    for (int user = 0; user < ROOM; user++) {
      blocked.submit("user-" + user, "request");
    }

    Thread.currentThread().interrupt();
    blocked.submit("user-100", "request");
    assertThat(Thread.interrupted()).as("the thread still knows").isTrue();
    assertThat(marks.keys).containsExactly("user-100");

    Thread.currentThread().interrupt();
    blocked.await(System.nanoTime() + Duration.ofSeconds(10).toNanos());
    assertThat(Thread.interrupted()).isTrue();
  }

  /** A lock that is not given back stops answers, which come on other threads. */
  @Test
  void noStepKeepsTheLock() throws Exception {
    Dispatcher<String, String> real =
        new Dispatcher<>(
            SETTINGS,
            Replicas.of((_, _) -> {}),
            barrier,
            new DispatcherEnvironment(
                System::nanoTime, () -> 0.5, (_, _) -> {}, ReentrantLock::new));
    Lane<String, String> busy = real.open(owed, key -> key);
    owed.mark("user-7");

    free(busy, () -> busy.submit("user-1", "request"));
    free(busy, busy::tick);
    free(busy, busy::size);
    free(busy, busy::settleOrMark);
    free(busy, () -> busy.await(System.nanoTime()));
    free(busy, busy::close);
  }

  private static void free(Lane<String, String> lane, Runnable step) throws Exception {
    step.run();
    assertThat(CompletableFuture.supplyAsync(lane::size).get(5, TimeUnit.SECONDS)).isNotNegative();
  }
}
