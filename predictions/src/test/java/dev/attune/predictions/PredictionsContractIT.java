package dev.attune.predictions;

import static dev.attune.predictions.PredictionSamples.erase;
import static dev.attune.predictions.PredictionSamples.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attune.predictions.PredictionWriter.Write;
import dev.attune.predictions.PredictionWriter.Written;
import dev.attune.predictions.RedisDeployment.Kind;
import dev.attune.schemas.Position;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

/** What every writer and every reader keeps to, on Redis of each kind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PredictionsContractIT {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final int PLACES = 2;

  private final Map<Kind, Open> open = new EnumMap<>(Kind.class);
  private String user;

  /** A deployment, and all that can be opened on it. */
  private record Open(
      RedisDeployment deployment,
      RedisPredictions inference,
      RedisPredictions responses,
      PredictionWriter writer,
      List<PredictionReader> readers,
      BlockingReads reads,
      MultiThreadIoEventLoopGroup threads) {
    static Open of(Kind kind) {
      RedisDeployment deployment = RedisDeployment.start(kind);
      var threads = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
      var inference = new RedisPredictions(deployment.settings("attune-inference"), "inference");
      var responses = new RedisPredictions(deployment.settings("attune-responses"), "responses");
      return new Open(
          deployment,
          inference,
          responses,
          inference.writer(),
          List.of(responses.reader(), responses.reader(threads.next())),
          responses.blockingReads(PLACES, LONG),
          threads);
    }

    void close() {
      inference.close();
      responses.close();
      var unused = threads.shutdownGracefully();
      deployment.close();
    }
  }

  private Open on(Kind kind) {
    return open.computeIfAbsent(kind, Open::of);
  }

  @BeforeEach
  void anotherUser() {
    user = "user-" + UUID.randomUUID();
  }

  @AfterAll
  void stop() {
    open.values().forEach(Open::close);
  }

  @ParameterizedTest
  @EnumSource
  void keepsTheNewestWhateverTheOrder(Kind kind) {
    List<Write> writes =
        new ArrayList<>(IntStream.range(0, 100).mapToObj(i -> put(user, i)).toList());
    Collections.shuffle(writes, new Random(1));

    assertThat(on(kind).writer().write(writes)).doesNotContain(Written.UNAVAILABLE);
    assertSeen(kind, "99/1");
  }

  @ParameterizedTest
  @EnumSource
  void aLaterModelReplacesTheSameEventsScore(Kind kind) {
    assertThat(
            on(kind).writer().write(List.of(put(user, 205, 1), put(user, 205, 2), put(user, 205))))
        .containsExactly(Written.STORED, Written.STORED, Written.SUPERSEDED);
    assertSeen(kind, "205/2");
  }

  @ParameterizedTest
  @EnumSource
  void erasureKeepsItsGuard(Kind kind) {
    PredictionWriter writer = on(kind).writer();

    assertThat(writer.write(List.of(put(user, 305), erase(user, 306), put(user, 306, 9))))
        .containsExactly(Written.STORED, Written.STORED, Written.SUPERSEDED);
    assertNothingSeen(kind);
    assertThat(writer.write(List.of(put(user, 307)))).containsExactly(Written.STORED);
    assertSeen(kind, "307/1");
  }

  @ParameterizedTest
  @EnumSource
  void whoReadsLearnsWhichTraceMadeIt(Kind kind) {
    Write.Put plain = put(user, 505);
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    var traced = new Write.Put(user, put(user, 506).entryId(), plain.prediction(), trace);

    store(kind, plain);
    for (PredictionReader reader : on(kind).readers()) {
      assertThat(reader.newest(user).join().orElseThrow().trace()).isNull();
    }
    store(kind, traced);
    for (PredictionReader reader : on(kind).readers()) {
      StoredEntry read = reader.newest(user).join().orElseThrow();
      assertThat(read.trace()).isEqualTo(trace);
      assertThat(read.prediction()).isEqualTo(plain.prediction());
    }
  }

  @ParameterizedTest
  @EnumSource
  void removesOnlyTheVersionThatWasRead(Kind kind) {
    PredictionWriter writer = on(kind).writer();
    store(kind, put(user, 405));
    StoredEntry read = writer.read(user).orElseThrow();
    store(kind, put(user, 406));

    writer.remove(user, read.entryId());
    assertSeen(kind, "406/1");

    writer.remove(user, writer.read(user).orElseThrow().entryId());
    assertNothingSeen(kind);
    assertThat(writer.write(List.of(put(user, 406)))).containsExactly(Written.SUPERSEDED);
  }

  @ParameterizedTest
  @EnumSource
  void answersManyAtOnceEachWithHisOwn(Kind kind) {
    List<String> users = IntStream.range(0, 300).mapToObj(i -> "many-" + i).toList();
    List<Write> writes = users.stream().map(name -> (Write) put(name, 7)).toList();
    assertThat(on(kind).writer().write(writes)).doesNotContain(Written.UNAVAILABLE);

    for (PredictionReader reader : on(kind).readers()) {
      var answers = users.stream().map(reader::newest).toList();

      for (int i = 0; i < users.size(); i++) {
        assertThat(answers.get(i).join().map(PredictionSamples::text))
            .contains(users.get(i) + " 7/1");
      }
      assertThat(reader.newest("nobody").join()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void provesAnErasure(Kind kind) {
    var erasure = new Position(0, 1, 506);
    assertThat(areErased(kind, erasure)).containsOnly(true);

    store(kind, put(user, 505));
    assertThat(areErased(kind, erasure)).containsOnly(false);

    store(kind, erase(user, 506));
    assertThat(areErased(kind, erasure)).containsOnly(true);

    store(kind, put(user, 507));
    assertThat(areErased(kind, erasure)).containsOnly(true);
  }

  @ParameterizedTest
  @EnumSource
  void wakesWhoWaits(Kind kind) throws InterruptedException {
    store(kind, put(user, 605));
    BlockingReads reads = on(kind).reads();
    String above = PredictionKey.before(new Position(0, 1, 606));

    assertThat(reads.next(user, "0-0", LONG).join()).isPresent();
    assertThat(reads.next(user, above, Duration.ofMillis(20)).join()).isEmpty();

    CompletableFuture<Optional<StoredEntry>> news = reads.next(user, above, LONG);
    awaitWaiting(kind, 1);
    store(kind, put(user, 606, 2));
    assertThat(news.join().map(PredictionSamples::text)).contains(user + " 606/2");
  }

  @ParameterizedTest
  @EnumSource
  void tellsWhoFindsNoPlaceToWait(Kind kind) {
    BlockingReads reads = on(kind).reads();
    List<CompletableFuture<Optional<StoredEntry>>> taken = new ArrayList<>();
    for (int i = 0; i < PLACES; i++) {
      taken.add(reads.next(user, "999-0", LONG));
      awaitWaiting(kind, i + 1);
    }

    assertThatThrownBy(reads.next(user, "999-0", LONG)::join)
        .hasMessageContaining("Pool exhausted");

    store(kind, put(user, 999));
    assertThat(taken).allSatisfy(news -> assertThat(news.join()).isPresent());
    assertThat(reads.next(user, "0-0", LONG).join()).isPresent();
  }

  @ParameterizedTest
  @EnumSource
  void marksTellWhetherSomethingWasLost(Kind kind) {
    RefillMarks marks = on(kind).inference().refillMarks();

    assertThat(marks.isComplete(1)).isFalse();
    assertThat(marks.hold("token", 10_000)).isTrue();
    assertThat(marks.hold("other", 10_000)).isFalse();
    marks.begin("token");
    assertThat(marks.renew("token", 10_000)).isTrue();
    assertThat(marks.finish("token", 1)).isTrue();
    assertThat(marks.isComplete(1)).isTrue();
    assertThat(marks.isComplete(2)).isFalse();

    try (Jedis shard = on(kind).deployment().servers().get(kind == Kind.CLUSTER ? 1 : 0).admin()) {
      shard.flushAll();
    }
    assertThat(marks.isComplete(1)).isFalse();
    assertThat(marks.finish("token", 1)).isFalse();
  }

  private void awaitWaiting(Kind kind, int number) {
    await().until(() -> waiting(kind) == number);
  }

  private long waiting(Kind kind) {
    return on(kind).deployment().servers().stream()
        .mapToLong(server -> TestRedis.blockedClients(server.uri()))
        .sum();
  }

  private List<Boolean> areErased(Kind kind, Position erasure) {
    return on(kind).readers().stream()
        .map(reader -> reader.isErased(user, erasure).join())
        .toList();
  }

  private void store(Kind kind, Write write) {
    assertThat(on(kind).writer().write(List.of(write))).containsExactly(Written.STORED);
  }

  private void assertSeen(Kind kind, String version) {
    assertThat(on(kind).writer().read(user).map(PredictionSamples::text))
        .contains(user + " " + version);
    for (PredictionReader reader : on(kind).readers()) {
      assertThat(reader.newest(user).join().map(PredictionSamples::text))
          .contains(user + " " + version);
    }
  }

  private void assertNothingSeen(Kind kind) {
    assertThat(on(kind).writer().read(user)).isEmpty();
    for (PredictionReader reader : on(kind).readers()) {
      assertThat(reader.newest(user).join()).isEmpty();
    }
  }
}
