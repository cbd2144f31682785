package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.client.IngestAnswer;
import dev.attune.predictions.PredictionKey;
import dev.attune.schemas.Position;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.resps.StreamEntry;

/** Some 300 events a second of one test's users, and each user's last token. */
final class UserLoad implements AutoCloseable {
  private static final int USERS = 300;
  private static final int BATCH = 40;
  private static final Duration PAUSE = Duration.ofMillis(120);

  private final RunningStack stack;
  private final String name;
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final Thread thread;

  UserLoad(RunningStack stack, String name) {
    this.stack = stack;
    this.name = name;
    this.thread = Thread.ofPlatform().name("load").start(this::send);
  }

  private void send() {
    SplittableRandom random = new SplittableRandom(7);
    while (!stopped.get()) {
      List<String> events =
          IntStream.range(0, BATCH)
              .mapToObj(i -> Events.clicked(name + "-" + random.nextInt(USERS), "menu"))
              .toList();
      IngestAnswer answer = stack.gateway.send(events);
      tokens.putAll(answer.tokens());
      sent.addAndGet(answer.accepted());
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  void awaitMore(int events) {
    long goal = sent.get() + events;
    Eventually.holds("more events are taken in", () -> sent.get() >= goal);
  }

  void stop() {
    stopped.set(true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Until the version of every user in Redis is its last event's, or later. */
  void awaitInRedis(Duration limit) {
    await(
        limit,
        (user, newest) ->
            PredictionKey.parse(newest.getID().toString())
                .includes(Position.parse(Objects.requireNonNull(tokens.get(user)))));
  }

  /** Until every user's prediction is that version's. */
  void awaitScoredBy(String model, Duration limit) {
    // the value is binary, but a version in it is plain text
    await(
        limit,
        (_, newest) -> newest.getFields().getOrDefault(PredictionKey.FIELD, "").contains(model));
  }

  private void await(Duration limit, BiPredicate<String, StreamEntry> reached) {
    Set<String> behind = new TreeSet<>(tokens.keySet());
    assertThat(behind).hasSizeGreaterThan(USERS / 2);
    long deadline = System.nanoTime() + limit.toNanos();
    try (var redis = RedisClient.create(stack.settings().redisUri())) {
      while (!behind.isEmpty()) {
        behind.removeIf(
            user -> newest(redis, user).filter(entry -> reached.test(user, entry)).isPresent());
        assertThat(System.nanoTime() - deadline)
            .as("%d users are behind after %s: %s", behind.size(), limit, behind)
            .isNegative();
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private static Optional<StreamEntry> newest(RedisClient redis, String user) {
    return redis
        .xrevrange(PredictionKey.of(user), StreamEntryID.MAXIMUM_ID, StreamEntryID.MINIMUM_ID, 1)
        .stream()
        .findFirst();
  }

  @Override
  public void close() {
    stop();
  }
}
