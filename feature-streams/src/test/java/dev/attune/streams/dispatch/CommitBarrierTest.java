package dev.attune.streams.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.streams.MockClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The barrier and the window with threads that really block. */
@Timeout(20)
class CommitBarrierTest {
  private static final DispatchSettings SETTINGS =
      new DispatchSettings(
          1,
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMillis(5),
          Duration.ofMillis(20),
          Duration.ZERO,
          100,
          Duration.ofMillis(50));

  private final ExecutorService streamThread = Executors.newSingleThreadExecutor();
  private final BlockingQueue<Consumer<CallOutcome>> calls = new LinkedBlockingQueue<>();
  private final OwedInMemory owed = new OwedInMemory();
  private final List<Duration> waits = new ArrayList<>();

  @AfterEach
  void stop() {
    streamThread.shutdownNow();
  }

  private Dispatcher<String, String> dispatcher(CommitBarrier barrier) {
    return new Dispatcher<>(SETTINGS, Replicas.of((_, answer) -> calls.add(answer)), barrier);
  }

  private CommitBarrier barrier(Duration limit) {
    return new CommitBarrier(limit, SETTINGS.submitLimit(), waits::add);
  }

  private Lane<String, String> open(Dispatcher<String, String> dispatcher) throws Exception {
    return streamThread.submit(() -> dispatcher.open(owed, key -> key)).get();
  }

  private Consumer<CallOutcome> nextCall() throws InterruptedException {
    Consumer<CallOutcome> call = calls.poll(10, TimeUnit.SECONDS);
    assertThat(call).isNotNull();
    return call;
  }

  @Test
  void commitWaitsForWhatIsInFlight() throws Exception {
    CommitBarrier barrier = barrier(Duration.ofSeconds(10));
    Lane<String, String> lane = open(dispatcher(barrier));
    streamThread.submit(() -> lane.submit("a", "1")).get();

    Future<?> commit = streamThread.submit(barrier::pass);
    Consumer<CallOutcome> call = nextCall();
    assertThat(commit.isDone()).isFalse();
    call.accept(CallOutcome.SETTLED);
    commit.get(5, TimeUnit.SECONDS);

    assertThat(owed.keys).isEmpty();
    assertThat(lane.size()).isZero();
    assertThat(waits).hasSize(1);
  }

  @Test
  void commitWaitsForTheRequestThatWaited() throws Exception {
    CommitBarrier barrier = barrier(Duration.ofSeconds(10));
    Lane<String, String> lane = open(dispatcher(barrier));
    streamThread.submit(() -> lane.submit("a", "1")).get();
    streamThread.submit(() -> lane.submit("a", "2")).get();

    Future<?> commit = streamThread.submit(barrier::pass);
    nextCall().accept(CallOutcome.SETTLED);
    Consumer<CallOutcome> second = nextCall();
    assertThat(commit.isDone()).isFalse();
    second.accept(CallOutcome.SETTLED);

    commit.get(5, TimeUnit.SECONDS);
    assertThat(owed.keys).isEmpty();
  }

  @Test
  void commitMarksWhatIsOpenAtItsLimitAndALaterAnswerClearsTheMark() throws Exception {
    CommitBarrier barrier = barrier(Duration.ofMillis(30));
    Lane<String, String> lane = open(dispatcher(barrier));
    streamThread.submit(() -> lane.submit("a", "1")).get();

    streamThread.submit(barrier::pass).get(5, TimeUnit.SECONDS);
    assertThat(owed.keys).containsExactly("a");
    nextCall().accept(CallOutcome.SETTLED);
    streamThread.submit(barrier::pass).get(5, TimeUnit.SECONDS);

    assertThat(owed.keys).isEmpty();
  }

  @Test
  void submitBlocksWhileTheWindowIsFull() throws Exception {
    CommitBarrier barrier = barrier(Duration.ofSeconds(10));
    Lane<String, String> lane = open(dispatcher(barrier));
    streamThread.submit(() -> lane.submit("a", "1")).get();

    Future<?> second = streamThread.submit(() -> lane.submit("b", "1"));
    Consumer<CallOutcome> first = nextCall();
    assertThat(second.isDone()).isFalse();
    first.accept(CallOutcome.SETTLED);
    second.get(5, TimeUnit.SECONDS);

    nextCall().accept(CallOutcome.SETTLED);
    assertThat(owed.keys).isEmpty();
  }

  @Test
  void anotherThreadsCommitDoesNotWait() throws Exception {
    CommitBarrier barrier = barrier(Duration.ofSeconds(10));
    Lane<String, String> lane = open(dispatcher(barrier));
    streamThread.submit(() -> lane.submit("a", "1")).get();

    barrier.pass();

    assertThat(lane.size()).isEqualTo(1);
    assertThat(owed.keys).isEmpty();
  }

  @Test
  void producerWaitsBeforeOffsetsJoinTheTransaction() throws Exception {
    CommitBarrier barrier = barrier(Duration.ofMillis(20));
    MockClients kafka = new MockClients();
    Producer<byte[], byte[]> producer = barrier.clients(kafka).getProducer(Map.of());
    Lane<String, String> lane = open(dispatcher(barrier));
    producer.initTransactions();
    producer.beginTransaction();

    streamThread
        .submit(
            () -> {
              lane.submit("a", "1");
              producer.sendOffsetsToTransaction(Map.of(), new ConsumerGroupMetadata("group"));
              producer.commitTransaction();
            })
        .get(5, TimeUnit.SECONDS);

    assertThat(owed.keys).containsExactly("a");
    assertThat(kafka.producer.transactionCommitted()).isTrue();
    assertThat(waits).hasSize(1);
  }
}
