package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.ModelException;
import dev.attune.local.client.IngestAnswer;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.PartStatus;
import dev.attune.predictions.PredictionKey;
import dev.attune.schemas.Position;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.resps.StreamEntry;

/**
 * inference-service killed and stalled, Redis killed and emptied, under load: every user's version
 * in Redis reaches that of their last event, and the stream goes on meanwhile.
 */
class InferenceFaultIT {
  private static final int USERS = 300;
  private static final int BATCH = 40;

  /** Ten in the long test; each costs a start of the service. */
  private static final int KILLS = Boolean.getBoolean("attune.test.long") ? 10 : 3;

  private static final Duration PAUSE = Duration.ofMillis(120);

  /** Four tasks with a window of 512 each. */
  private static final int WINDOWS = 4 * 512;

  private static @Nullable RunningStack running;

  @BeforeAll
  static void start() throws ModelException {
    running = RunningStack.start("inference-fault-stack");
  }

  @AfterAll
  static void stop() {
    if (running != null) {
      running.close();
    }
  }

  private static RunningStack stack() {
    return Objects.requireNonNull(running);
  }

  @Test
  void everyVersionIsReachedOverKillsOfTheInferenceService() {
    try (Load load = new Load("killed")) {
      load.awaitMore(400);
      long rebalances = rebalances();
      SplittableRandom random = new SplittableRandom(20260102);
      for (int kill = 0; kill < KILLS; kill++) {
        load.awaitMore(100 + random.nextInt(400));
        stack().kill(Part.INFERENCE);
        // the stream goes on without it: events are still taken in and applied
        load.awaitMore(100);
        assertThat(openCalls()).isLessThanOrEqualTo(WINDOWS);
        stack().up();
      }
      load.stop();

      load.awaitInRedis(Duration.ofSeconds(60));
      assertThat(rebalances()).as("rebalances").isEqualTo(rebalances);
    }
  }

  @Test
  void everyVersionIsReachedOverAStallOfTheInferenceService() throws Exception {
    try (Load load = new Load("stalled")) {
      load.awaitMore(400);
      long rebalances = rebalances();

      signal("STOP");
      try {
        LockSupport.parkNanos(Duration.ofSeconds(5).toNanos());
        assertThat(openCalls()).isLessThanOrEqualTo(WINDOWS);
      } finally {
        signal("CONT");
      }
      load.stop();

      load.awaitInRedis(Duration.ofSeconds(60));
      assertThat(rebalances()).as("rebalances").isEqualTo(rebalances);
    }
  }

  @Test
  void redisEqualsTheStreamStateWithinAMinuteWhateverHappensToIt() {
    try (Load load = new Load("redis")) {
      load.awaitMore(600);
      try (var redis = RedisClient.create(stack().settings().redisUri())) {
        redis.flushAll();
      }
      load.awaitMore(200);
      load.stop();
      load.awaitInRedis(Duration.ofSeconds(60));

      // a cold start: nothing was kept on disk
      stack().kill(Part.REDIS);
      stack().up();
      load.awaitInRedis(Duration.ofSeconds(60));
    }
  }

  private static void signal(String name) throws Exception {
    Long pid =
        stack().local().status().stream()
            .filter(status -> status.part() == Part.INFERENCE)
            .map(PartStatus::pid)
            .findFirst()
            .orElseThrow();
    assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor())
        .isZero();
  }

  /** So far, the first assignment included. */
  private static long rebalances() {
    try (Stream<String> log = Files.lines(stack().local().log(Part.STREAMS))) {
      long count = log.filter(line -> line.contains("to REBALANCING")).count();
      assertThat(count).as("rebalances are logged").isPositive();
      return count;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static double openCalls() {
    URI uri =
        URI.create(
            "http://127.0.0.1:" + stack().settings().ports().streams() + "/actuator/prometheus");
    try (HttpClient http = HttpClient.newHttpClient()) {
      String text =
          http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      String line =
          text.lines()
              .filter(each -> each.startsWith("attune_dispatch_in_flight"))
              .findFirst()
              .orElseThrow();
      return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Some 300 events a second of one test's users, and each user's last token. */
  private static final class Load implements AutoCloseable {
    private final String name;
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread thread;

    Load(String name) {
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
        IngestAnswer answer = stack().gateway.send(events);
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
      Map<String, String> behind = new HashMap<>(tokens);
      assertThat(behind).hasSizeGreaterThan(USERS / 2);
      long deadline = System.nanoTime() + limit.toNanos();
      try (var redis = RedisClient.create(stack().settings().redisUri())) {
        while (!behind.isEmpty()) {
          behind.entrySet().removeIf(user -> includes(redis, user.getKey(), user.getValue()));
          assertThat(System.nanoTime() - deadline)
              .as("%d users are behind after %s: %s", behind.size(), limit, behind)
              .isNegative();
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      }
    }

    private static boolean includes(RedisClient redis, String user, String token) {
      List<StreamEntry> newest =
          redis.xrevrange(
              PredictionKey.of(user), StreamEntryID.MAXIMUM_ID, StreamEntryID.MINIMUM_ID, 1);
      return !newest.isEmpty()
          && PredictionKey.parse(newest.getFirst().getID().toString())
              .includes(Position.parse(token));
    }

    @Override
    public void close() {
      stop();
    }
  }
}
