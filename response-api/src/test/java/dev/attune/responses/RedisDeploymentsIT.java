package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.local.infra.Infra;
import dev.attune.predictions.RedisCluster;
import dev.attune.predictions.RedisDeployment;
import dev.attune.predictions.RedisDeployment.Kind;
import dev.attune.predictions.TestRedis;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import tools.jackson.databind.JsonNode;

/**
 * Replies from a cluster of which a slot is moved, and from sentinels that fail over under load.
 */
class RedisDeploymentsIT {
  private static final Infra INFRA = Infra.shared();

  /** A second until the sentinels miss the primary, and up to two rounds of their election. */
  private static final Duration FAILOVER = Duration.ofSeconds(30);

  @Test
  void readsFromEveryPrimaryOfAClusterAndFollowsWhoIsMoved() {
    try (Running running = Running.on(Kind.CLUSTER)) {
      var cluster = new RedisCluster(running.redis().servers());
      List<String> users = running.knownUsers(30);

      for (TestRedis primary : cluster.primaries()) {
        running.waitForOwnEvent(one(users, u -> cluster.primaryOf(u) == primary), 2, primary);
      }

      String moved = users.getFirst();
      TestRedis target = one(cluster.primaries(), to -> to != cluster.primaryOf(moved));
      cluster.beginMove(moved, target);
      running.waitForOwnEvent(moved, 3, target);
      cluster.endMove(moved, target);
      running.waitForOwnEvent(moved, 4, target);
    }
  }

  @Test
  void followsTheSentinelsToTheNewPrimaryUnderLoad() {
    try (Running running = Running.on(Kind.SENTINEL)) {
      List<String> users = running.knownUsers(8);
      TestRedis old = running.redis().servers().get(0);
      TestRedis next = running.redis().servers().get(1);
      await().until(() -> keys(next) == users.size());

      try (Load load = new Load(running.service(), users)) {
        // stopped, not killed: its connections stay open and answer nothing
        old.stop();
        await().atMost(FAILOVER).until(() -> load.generic.get() > 0);

        running.assertPersonalized(users, 1);
        await().atMost(FAILOVER).untilAsserted(() -> running.predict(users, 2));
        running.assertPersonalized(users, 2);
        running.waitForOwnEvent(users.getFirst(), 3, next);

        old.proceed();
        await().atMost(FAILOVER).until(() -> isReplica(old));
        running.predict(users, 4);
        running.assertPersonalized(users, 4);
        assertThat(load.failed).hasValue(0);
        System.out.printf("Failover: %s replies, %s generic%n", load.answered, load.generic);
      }
    }
  }

  private static <T> T one(List<T> of, Predicate<T> which) {
    return of.stream().filter(which).findFirst().orElseThrow();
  }

  private static long keys(TestRedis server) {
    try (Jedis admin = server.admin()) {
      return admin.dbSize();
    }
  }

  private static boolean isReplica(TestRedis server) {
    try (Jedis admin = server.admin()) {
      return admin.info("replication").contains("role:slave");
    }
  }

  /** The service on such a Redis, each with the account that it has in production. */
  private record Running(RedisDeployment redis, Predictions predictions, Service service)
      implements AutoCloseable {
    static Running on(Kind kind) {
      RedisDeployment redis = RedisDeployment.start(kind);
      String[] arguments = redis.arguments("attune-responses").toArray(String[]::new);
      return new Running(
          redis,
          new Predictions(redis.settings("attune-inference")),
          Service.start(INFRA, "it-" + kind + ".", arguments).ready());
    }

    /** Of an arm that gets personalized replies; each has a prediction as of event 1. */
    List<String> knownUsers(int number) {
      List<String> users =
          IntStream.range(0, number).mapToObj(i -> service.userIn("treatment")).toList();
      predict(users, 1);
      assertPersonalized(users, 1);
      return users;
    }

    void predict(List<String> users, long offset) {
      users.forEach(user -> predict(user, offset));
    }

    private void predict(String user, long offset) {
      predictions.put(user, 0, offset, "order_status", 0.9f);
    }

    void assertPersonalized(List<String> users, long offset) {
      for (String user : users) {
        await().atMost(FAILOVER).untilAsserted(() -> assertPersonalized(reply(user, ""), offset));
      }
    }

    private static void assertPersonalized(JsonNode reply, long offset) {
      assertThat(reply.path("reason").asString()).isEqualTo("rule:order-status");
      assertThat(reply.path("personalized").asBoolean()).isTrue();
      assertThat(reply.path("freshness").path("eventToken").asString()).isEqualTo("0-" + offset);
    }

    /** A reply that names an event waits until the primary has the prediction that knows it. */
    void waitForOwnEvent(String user, long offset, TestRedis primary) {
      String after = ",\"after\":\"0-%d\",\"waitMs\":1000".formatted(offset);
      var asked = new ArrayList<>(List.of(ask(user, after)));
      await()
          .atMost(FAILOVER)
          .until(
              () -> {
                // one whose read came too late did not wait
                if (asked.getLast().isDone()) {
                  asked.add(ask(user, after));
                }
                return TestRedis.blockedClients(primary.uri()) > 0;
              });
      predict(user, offset);

      assertPersonalized(asked.getLast().join(), offset);
    }

    private CompletableFuture<JsonNode> ask(String user, String more) {
      return CompletableFuture.supplyAsync(() -> reply(user, more));
    }

    private JsonNode reply(String user, String more) {
      return service.reply(user, "greeting", "\"locale\":\"en-US\"" + more);
    }

    @Override
    public void close() {
      service.close();
      predictions.close();
      redis.close();
    }
  }

  /** Each user asks again and again until it is closed. */
  private static final class Load implements AutoCloseable {
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger generic = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final Service service;
    private volatile boolean open = true;

    Load(Service service, List<String> users) {
      this.service = service;
      users.forEach(user -> clients.execute(() -> ask(user)));
    }

    private void ask(String user) {
      String body = "{\"userId\":\"%s\",\"slot\":\"greeting\"}".formatted(user);
      while (open) {
        try {
          var answer = service.post(body, Service.secretHeaders());
          (answer.statusCode() == 200 ? answered : failed).incrementAndGet();
          if (answer.body().contains("store_unavailable")) {
            generic.incrementAndGet();
          }
        } catch (UncheckedIOException e) {
          failed.incrementAndGet();
        }
      }
    }

    @Override
    public void close() {
      open = false;
      clients.close();
    }
  }
}
