package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.local.infra.FaultProxy;
import dev.attune.local.infra.FaultProxy.Fault;
import dev.attune.local.infra.Infra;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replies go on whatever Redis does: no 5xx, and the p99 stays near the healthy one's. */
class RedisFaultsIT {
  private static final Infra INFRA = Infra.shared();
  private static final int CLIENTS = 8;
  private static final Duration LOAD = Duration.ofSeconds(3);

  /**
   * What a fault may cost at the 99th percentile: the read's 20 ms, once more for the connection
   * that is tried anew, once more for a place in the pool.
   */
  private static final long BUDGET_MILLIS = 60;

  /** Of rounds, since a neighbour on the machine can only make it look worse. */
  private static final int ROUNDS = 3;

  private static FaultProxy redis;
  private static Service service;
  private static Predictions predictions;

  @BeforeAll
  static void start() throws Exception {
    redis = new FaultProxy(INFRA.redisUri());
    service =
        Service.start(
                redis.uri(),
                INFRA.bootstrapServers(),
                INFRA.registryUrl().toString(),
                "it-faults.",
                "--attune.store.heartbeat=1s")
            .ready();
    predictions = new Predictions(INFRA.redisUri());
    for (int i = 0; i < CLIENTS; i++) {
      predictions.put(user(i), 0, offset(i), "order_status", 0.9f);
    }
    // classes and code that only a fault needs are loaded and compiled before anything is timed
    redis.become(Fault.HALF_OPEN);
    var unused = load();
    redis.become(Fault.NONE);
    awaitHealthy();
    unused = load();
  }

  @AfterAll
  static void stop() throws IOException {
    service.close();
    redis.close();
    predictions.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"SLOW", "HALF_OPEN", "RESET", "GONE"})
  void repliesGoOn(Fault fault) throws Exception {
    List<String> rounds = new ArrayList<>();
    boolean within = false;
    for (int i = 0; i < ROUNDS && !within; i++) {
      Figures healthy = load();
      redis.become(fault);
      Figures faulty = load();
      redis.become(Fault.NONE);
      awaitHealthy();

      assertThat(healthy.not200()).isZero();
      assertThat(faulty.not200()).isZero();
      assertThat(healthy.strangers() + faulty.strangers()).as("answers of other users").isZero();
      assertThat(faulty.generic()).isEqualTo(1);
      within = faulty.p99() <= healthy.p99() + BUDGET_MILLIS;
      rounds.add("healthy " + healthy + ", faulty " + faulty);
    }
    System.out.printf("Redis %s: %s%n", fault, rounds);
    assertThat(within).as("p99 within budget in one of %s", rounds).isTrue();
  }

  @Test
  void aLookAtAUserHasMoreTimeThanAReply() throws Exception {
    redis.become(Fault.LATE);
    try {
      var generic = service.reply(user(0), "greeting");
      var user = service.get("/v1/users/" + user(0));

      assertThat(generic.path("reason").asString()).isEqualTo("store_unavailable");
      assertThat(user.statusCode()).as(user.body()).isEqualTo(200);
      assertThat(user.body()).contains("order_status");
    } finally {
      redis.become(Fault.NONE);
      awaitHealthy();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"HALF_OPEN", "RESET", "GONE"})
  void aStreamGoesOnAfterAFault(Fault fault) throws Exception {
    String user = "follows-" + fault;
    predictions.put(user, 0, 1, "refund", 0.9f);
    try (var stream = service.follow(user, null)) {
      await().atMost(Duration.ofSeconds(20)).until(() -> stream.text().contains("0-1"));
      redis.become(fault);
      Thread.sleep(Duration.ofSeconds(3));
      redis.become(Fault.NONE);

      predictions.put(user, 0, 2, "refund", 0.9f);

      await().atMost(Duration.ofSeconds(20)).until(() -> stream.text().contains("0-2"));
    } finally {
      redis.become(Fault.NONE);
      awaitHealthy();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"HALF_OPEN", "GONE"})
  void aStreamShowsLifeAndGivesItsPlaceBackWhileRedisIsAway(Fault fault) throws Exception {
    try (var stream = service.follow("waits-" + fault, null)) {
      await().atMost(Duration.ofSeconds(20)).until(() -> signsOfLife(stream) > 0);
      redis.become(fault);
      int before = signsOfLife(stream);

      await().atMost(Duration.ofSeconds(20)).until(() -> signsOfLife(stream) > before + 2);
      stream.close();

      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> service.manage("/actuator/prometheus").body(), RedisFaultsIT::hasNoStream);
    } finally {
      redis.become(Fault.NONE);
      awaitHealthy();
    }
  }

  private static int signsOfLife(Service.Stream stream) {
    return stream.text().split("still here", -1).length - 1;
  }

  private static boolean hasNoStream(String metrics) {
    return metrics.contains("\nattune_prediction_streams 0.0\n");
  }

  private static void awaitHealthy() {
    await().atMost(Duration.ofSeconds(60)).until(() -> !reason().equals("store_unavailable"));
  }

  private static String reason() {
    return service.reply(user(0), "greeting").path("reason").asString();
  }

  /**
   * @param p99 milliseconds
   * @param generic share of the last replies with reason store_unavailable
   * @param strangers replies made of somebody else's prediction: reads share connections
   */
  private record Figures(int requests, int not200, long p99, double generic, int strangers) {}

  private record Shot(int status, long nanos, boolean stranger) {}

  private static String user(int client) {
    return "faulty-" + client;
  }

  private static long offset(int client) {
    return client + 1;
  }

  private static Figures load() throws InterruptedException, ExecutionException {
    List<Shot> shots = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Shot>>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        clients.add(threads.submit(() -> client(number)));
      }
      for (Future<List<Shot>> client : clients) {
        shots.addAll(client.get());
      }
    }
    long[] times =
        LongStream.range(0, shots.size()).map(i -> shots.get((int) i).nanos()).sorted().toArray();
    int not200 = (int) shots.stream().filter(shot -> shot.status() != 200).count();
    int strangers = (int) shots.stream().filter(Shot::stranger).count();
    double generic = reason().equals("store_unavailable") ? 1 : 0;
    return new Figures(
        shots.size(), not200, times[(int) (times.length * 0.99)] / 1_000_000, generic, strangers);
  }

  private static List<Shot> client(int number) {
    List<Shot> shots = new ArrayList<>();
    long end = System.nanoTime() + LOAD.toNanos();
    String body = "{\"userId\":\"%s\",\"slot\":\"greeting\"}".formatted(user(number));
    String own = "\"eventToken\":\"0-%d\"".formatted(offset(number));
    while (System.nanoTime() < end) {
      long began = System.nanoTime();
      var answer = service.post(body, Map.of("Authorization", "Bearer local-secret"));
      long took = System.nanoTime() - began;
      boolean stranger = answer.body().contains("eventToken") && !answer.body().contains(own);
      shots.add(new Shot(answer.statusCode(), took, stranger));
    }
    return shots;
  }
}
