package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.ModelException;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.PartStatus;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import redis.clients.jedis.RedisClient;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * inference-service killed and stalled, Redis killed and emptied, under load: every user's version
 * in Redis reaches that of their last event, and the stream goes on meanwhile.
 */
class InferenceFaultIT {
  /** Ten in the long test; each costs a start of the service. */
  private static final int KILLS = Boolean.getBoolean("attune.test.long") ? 10 : 2;

  /** Four tasks with a window of 512 each. */
  private static final int WINDOWS = 4 * 512;

  private static final JsonMapper JSON = JsonMapper.builder().build();

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
    try (UserLoad load = new UserLoad(stack(), "killed")) {
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
    try (UserLoad load = new UserLoad(stack(), "stalled")) {
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
    try (UserLoad load = new UserLoad(stack(), "redis")) {
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

  /** Without a model every call fails, though the service runs. */
  @Test
  void everyVersionIsReachedWhenAnInstanceStartedWithoutItsModel() throws IOException {
    Path live = models().resolve("live.json");
    Path away = models().resolve("live.json.away");
    try (UserLoad load = new UserLoad(stack(), "unread")) {
      load.awaitMore(400);
      // or the refill of a fresh stack would score them
      Eventually.holds(
          "nobody is to be refilled", () -> logged(Part.INFERENCE, "Everybody is scored") > 0);
      stack().kill(Part.INFERENCE);
      Files.move(live, away);
      try {
        stack().local().up();
        load.awaitMore(200);
        load.stop();
        // commits pass without a model
        LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
      } finally {
        Files.move(away, live);
      }

      load.awaitInRedis(Duration.ofSeconds(60));
    }
  }

  /** Or its predictions would look as if the new model had made them. */
  @Test
  @EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
  void theNewModelScoresEverybodyAfterItCouldNotBeLoaded() throws Exception {
    String next = stack().train().version();
    Path manifest = models().resolve(next).resolve("manifest.json");
    byte[] whole = Files.readAllBytes(manifest);
    Path live = models().resolve("live.json");
    try (UserLoad load = new UserLoad(stack(), "unloaded")) {
      load.awaitMore(400);
      Files.write(manifest, new byte[0]);
      Files.write(live, naming(next, Files.readAllBytes(live)));
      Eventually.holds(
          "it is refused", () -> logged(Part.INFERENCE, next + " was refused for LIVE") > 0);
      load.awaitMore(400);
      load.stop();
      load.awaitInRedis(Duration.ofSeconds(60));

      Files.write(manifest, whole);
      load.awaitScoredBy(next, Duration.ofSeconds(90));
    }
  }

  private static byte[] naming(String version, byte[] state) {
    var changed = (ObjectNode) JSON.readTree(state);
    changed.put("revision", changed.get("revision").asLong() + 1);
    changed.put("version", version);
    return JSON.writeValueAsBytes(changed);
  }

  private static Path models() {
    return stack().settings().models().resolve("support");
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
    long count = logged(Part.STREAMS, "to REBALANCING");
    assertThat(count).as("rebalances are logged").isPositive();
    return count;
  }

  private static long logged(Part part, String text) {
    try (Stream<String> log = Files.lines(stack().local().log(part))) {
      return log.filter(line -> line.contains(text)).count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static double openCalls() {
    int port = Part.STREAMS.managementPort(stack().settings().ports());
    URI uri = URI.create("http://127.0.0.1:" + port + "/actuator/prometheus");
    try {
      String line =
          BoundedHttp.get(uri)
              .body()
              .lines()
              .filter(each -> each.startsWith("attune_dispatch_in_flight"))
              .findFirst()
              .orElseThrow();
      return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
