package dev.attune.inference.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.inference.store.PredictionStore.Entry;
import dev.attune.inference.store.PredictionStore.Write;
import dev.attune.inference.store.PredictionStore.Written;
import dev.attune.predictions.PredictionKey;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;

/** The store's contract on every Redis that is here: the installed one and 6.2. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PredictionStoreIT {

  private final List<TestRedis> running = new ArrayList<>();

  @AfterAll
  void stop() {
    running.forEach(TestRedis::close);
  }

  private PredictionStore store(TestRedis.Kind kind) {
    TestRedis redis = redis(kind);
    return store(redis.port());
  }

  private TestRedis redis(TestRedis.Kind kind) {
    return running.stream()
        .filter(redis -> redis.kind() == kind)
        .findFirst()
        .orElseGet(
            () -> {
              TestRedis started = TestRedis.start(kind);
              running.add(started);
              return started;
            });
  }

  private static PredictionStore store(int port) {
    RedisSettings properties = properties(port);
    return new JedisPredictionStore(
        new RedisConnection(properties, new DefaultSslBundleRegistry()), properties);
  }

  static RedisSettings properties(int port) {
    return new RedisSettings(
        URI.create("redis://127.0.0.1:" + port),
        RedisSettings.Mode.STANDALONE,
        List.of(),
        null,
        null,
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        2,
        8,
        Duration.ofDays(30));
  }

  @ParameterizedTest
  @EnumSource
  void keepsTheNewestWhateverTheOrder(TestRedis.Kind kind) {
    PredictionStore store = store(kind);
    String user = UUID.randomUUID().toString();
    List<Write> writes =
        new ArrayList<>(IntStream.range(0, 100).mapToObj(i -> put(user, i, 1)).toList());
    Collections.shuffle(writes, new Random(1));

    List<Written> results = store.write(writes);

    assertThat(results).doesNotContain(Written.UNAVAILABLE);
    assertThat(store.read(user).map(PredictionStoreIT::text)).contains("99/1");
  }

  @ParameterizedTest
  @EnumSource
  void aLaterModelReplacesTheSameEventsScore(TestRedis.Kind kind) {
    PredictionStore store = store(kind);
    String user = UUID.randomUUID().toString();

    assertThat(store.write(List.of(put(user, 5, 1), put(user, 5, 2), put(user, 5, 1))))
        .containsExactly(Written.STORED, Written.STORED, Written.SUPERSEDED);
    assertThat(store.read(user).map(PredictionStoreIT::text)).contains("5/2");
  }

  @ParameterizedTest
  @EnumSource
  void erasureKeepsItsGuard(TestRedis.Kind kind) {
    PredictionStore store = store(kind);
    String user = UUID.randomUUID().toString();
    var erase = new Write.Erase(user, PredictionKey.entryId(0, 6, Long.MAX_VALUE));

    assertThat(store.write(List.of(put(user, 5, 1), erase, put(user, 6, 9))))
        .containsExactly(Written.STORED, Written.STORED, Written.SUPERSEDED);
    assertThat(store.read(user)).isEmpty();
    assertThat(store.write(List.of(put(user, 7, 1)))).containsExactly(Written.STORED);
  }

  @ParameterizedTest
  @EnumSource
  void removesOnlyTheVersionThatWasRead(TestRedis.Kind kind) {
    PredictionStore store = store(kind);
    String user = UUID.randomUUID().toString();
    var unused = store.write(List.of(put(user, 5, 1)));
    Entry read = store.read(user).orElseThrow();
    var unusedToo = store.write(List.of(put(user, 6, 1)));

    store.remove(user, read.entryId());
    assertThat(store.read(user).map(PredictionStoreIT::text)).contains("6/1");

    store.remove(user, store.read(user).orElseThrow().entryId());
    assertThat(store.read(user)).isEmpty();
    assertThat(store.write(List.of(put(user, 6, 1)))).containsExactly(Written.SUPERSEDED);
  }

  @ParameterizedTest
  @EnumSource
  void reconnectsAfterARestart(TestRedis.Kind kind) {
    TestRedis own = TestRedis.start(kind);
    PredictionStore store = store(own.port());
    String user = UUID.randomUUID().toString();
    assertThat(store.write(List.of(put(user, 1, 1)))).containsExactly(Written.STORED);

    own.close();
    assertThat(store.write(List.of(put(user, 2, 1)))).containsExactly(Written.UNAVAILABLE);

    try (var again = TestRedis.start(kind, own.port())) {
      assertThat(store.write(List.of(put(user, 3, 1)))).containsExactly(Written.STORED);
    }
  }

  private static Write put(String user, long offset, long revision) {
    byte[] value = (offset + "/" + revision).getBytes(UTF_8);
    return new Write.Put(user, PredictionKey.entryId(0, offset, revision), value);
  }

  private static String text(Entry entry) {
    return new String(entry.value(), UTF_8);
  }
}
