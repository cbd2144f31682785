package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.client.BotReply;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.HttpProbe;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.StackListener;
import dev.attune.predictions.PredictionKey;
import dev.attune.predictions.RedisDeployment;
import dev.attune.predictions.RedisDeployment.Kind;
import dev.attune.predictions.RedisSettings;
import dev.attune.predictions.TestRedis;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import redis.clients.jedis.Jedis;

/**
 * All services, from an event to its reply, with predictions in a cluster of three primaries, then
 * with a primary that is killed and followed by its replica.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ShardsAndSentinelsIT {
  private static final int USERS = 24;

  /** A second until the sentinels miss the primary, their election, and a busy machine. */
  private static final Duration UNTIL_FAILED_OVER = Duration.ofSeconds(15);

  private final RedisDeployment shards = RedisDeployment.start(Kind.CLUSTER);
  private RunningStack running;

  @BeforeAll
  void start() throws Exception {
    running =
        RunningStack.start(
            "redis-stack",
            Checkout.find().root().resolve("playbooks/support"),
            environment(shards));
  }

  @AfterAll
  void stop() {
    if (running != null) {
      running.close();
    }
    shards.close();
  }

  private static Map<String, String> environment(RedisDeployment redis) {
    RedisSettings settings = redis.settings("");
    return Map.of(
        "ATTUNE_REDIS_URI", settings.uri(),
        "ATTUNE_REDIS_MODE", settings.mode().name(),
        "ATTUNE_REDIS_NODES", String.join(",", settings.nodes()),
        "ATTUNE_REDIS_MASTER_NAME", settings.sentinel().masterName());
  }

  @Test
  @Order(1)
  void eachShardHoldsUsersWhoseRepliesKnowTheirEvents() {
    Map<String, String> tokens = new LinkedHashMap<>();
    for (int i = 0; i < USERS; i++) {
      tokens.put("sharded-" + i, write("sharded-" + i));
    }

    tokens.forEach(this::awaitReplyThatKnows);

    for (TestRedis primary : shards.servers()) {
      try (Jedis admin = primary.admin()) {
        assertThat(admin.keys(PredictionKey.of("sharded-*"))).isNotEmpty();
      }
    }
  }

  @Test
  @Order(2)
  void repliesGoOnWhileThePrimaryFailsAndFollowItsReplica() {
    try (RedisDeployment redis = RedisDeployment.start(Kind.SENTINEL)) {
      new LocalStack(running.settings().with(environment(redis)), StackListener.SILENT).up();
      URI model = URI.create(running.settings().inferenceUrl() + "/v2/models/intent/ready");
      Eventually.holds("a model is served", () -> HttpProbe.status(model) == 200);
      awaitReplyThatKnows("before", write("before"));

      redis.servers().getFirst().close();
      Map<String, String> tokens = new LinkedHashMap<>();
      long end = System.nanoTime() + UNTIL_FAILED_OVER.toNanos();
      for (int i = 0; System.nanoTime() < end; i++) {
        String user = "meanwhile-" + i % USERS;
        tokens.put(user, write(user));
        // an answer in any case; that it knows nobody is no failure
        assertThat(ask(user, null).text()).isNotEmpty();
      }

      tokens.forEach(this::awaitReplyThatKnows);
      try (Jedis replica = redis.servers().get(1).admin()) {
        assertThat(tokens.keySet()).allMatch(user -> replica.exists(PredictionKey.of(user)));
      }
    }
  }

  private String write(String user) {
    List<String> event = List.of(Events.messageSent(user, "where is my order?"));
    return Objects.requireNonNull(running.gateway.send(event).tokens().get(user));
  }

  private void awaitReplyThatKnows(String user, String token) {
    Eventually.holds("a reply knows what " + user + " wrote", () -> ask(user, token).caughtUp());
  }

  private BotReply ask(String user, @Nullable String after) {
    return running.responses.ask(
        new Question(
            user, user + "-session", "greeting", "en-US", after, after == null ? 0 : 1_000));
  }
}
