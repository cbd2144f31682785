package dev.attune.streams.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
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
  private final BlockingQueue<Consumer<Verdict>> calls = new LinkedBlockingQueue<>();
  private final OwedInMemory owed = new OwedInMemory();
  private final List<Duration> waits = new ArrayList<>();

  @AfterEach
  void stop() {
    streamThread.shutdownNow();
  }

  private Dispatcher<String, String> dispatcher(CommitBarrier barrier) {
    return new Dispatcher<>(SETTINGS, (_, _, answer) -> calls.add(answer), barrier);
  }

  private CommitBarrier barrier(Duration limit) {
    return new CommitBarrier(limit, SETTINGS.submitLimit(), waits::add);
  }

  private Lane<String, String> open(Dispatcher<String, String> dispatcher) throws Exception {
    return streamThread.submit(() -> dispatcher.open(owed, key -> key)).get();
  }

  private Consumer<Verdict> nextCall() throws InterruptedException {
    Consumer<Verdict> call = calls.poll(10, TimeUnit.SECONDS);
    assertThat(call).isNotNull();
    return call;
  }

  @Test
  void commitWaitsForWhatIsInFlight() throws Exception {
    CommitBarrier barrier = barrier(Duration.ofSeconds(10));
    Lane<String, String> lane = open(dispatcher(barrier));
    streamThread.submit(() -> lane.submit("a", "1")).get();

    Future<?> commit = streamThread.submit(barrier::pass);
    Consumer<Verdict> call = nextCall();
    assertThat(commit.isDone()).isFalse();
    call.accept(Verdict.SETTLED);
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
    nextCall().accept(Verdict.SETTLED);
    Consumer<Verdict> second = nextCall();
    assertThat(commit.isDone()).isFalse();
    second.accept(Verdict.SETTLED);

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
    nextCall().accept(Verdict.SETTLED);
    streamThread.submit(barrier::pass).get(5, TimeUnit.SECONDS);

    assertThat(owed.keys).isEmpty();
  }

  @Test
  void submitBlocksWhileTheWindowIsFull() throws Exception {
    CommitBarrier barrier = barrier(Duration.ofSeconds(10));
    Lane<String, String> lane = open(dispatcher(barrier));
    streamThread.submit(() -> lane.submit("a", "1")).get();

    Future<?> second = streamThread.submit(() -> lane.submit("b", "1"));
    Consumer<Verdict> first = nextCall();
    assertThat(second.isDone()).isFalse();
    first.accept(Verdict.SETTLED);
    second.get(5, TimeUnit.SECONDS);

    nextCall().accept(Verdict.SETTLED);
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
    MockProducer<byte[], byte[]> kafka =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    BarrierProducer producer = new BarrierProducer(barrier, kafka, Set.of());
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
    assertThat(kafka.transactionCommitted()).isTrue();
    assertThat(waits).hasSize(1);
  }

  @Test
  void onlyTheNewestOfEachKeyIsSentWithTheCommit() {
    MockProducer<byte[], byte[]> kafka = kafka();
    BarrierProducer producer = profiles(kafka);
    producer.initTransactions();
    producer.beginTransaction();

    producer.send(profile("a", "1"));
    producer.send(new ProducerRecord<>("other", bytes("a"), bytes("each")));
    producer.send(profile("b", "1"));
    producer.send(profile("a", "2"));
    producer.send(profile("b", null));
    producer.flush();
    producer.sendOffsetsToTransaction(Map.of(), new ConsumerGroupMetadata("group"));
    producer.commitTransaction();

    assertThat(sent(kafka)).containsExactly("other a each", "profiles a 2", "profiles b null");
  }

  @Test
  void whatIsHeldBackIsAbortedWithItsTransaction() {
    MockProducer<byte[], byte[]> kafka = kafka();
    BarrierProducer producer = profiles(kafka);
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(profile("a", "1"));
    producer.abortTransaction();
    producer.beginTransaction();
    producer.send(profile("b", "1"));
    producer.commitTransaction();

    assertThat(sent(kafka)).containsExactly("profiles b 1");
  }

  @Test
  void withoutTransactionsTheFlushBeforeACommitSendsWhatIsHeldBack() {
    MockProducer<byte[], byte[]> kafka = kafka();
    BarrierProducer producer = profiles(kafka);

    producer.send(profile("a", "1"));
    producer.send(profile("a", "2"));
    producer.flush();

    assertThat(sent(kafka)).containsExactly("profiles a 2");
  }

  private static MockProducer<byte[], byte[]> kafka() {
    return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private BarrierProducer profiles(MockProducer<byte[], byte[]> kafka) {
    return new BarrierProducer(barrier(Duration.ZERO), kafka, Set.of("profiles"));
  }

  @SuppressWarnings("NullAway") // a record without a value is a tombstone
  private static ProducerRecord<byte[], byte[]> profile(String key, @Nullable String value) {
    return new ProducerRecord<>("profiles", bytes(key), value == null ? null : bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> sent(MockProducer<byte[], byte[]> kafka) {
    return kafka.history().stream()
        .map(
            record ->
                record.topic()
                    + " "
                    + new String(record.key(), StandardCharsets.UTF_8)
                    + " "
                    + (record.value() == null
                        ? null
                        : new String(record.value(), StandardCharsets.UTF_8)))
        .toList();
  }
}
