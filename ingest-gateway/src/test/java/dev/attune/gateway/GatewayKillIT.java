package dev.attune.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.gateway.DeliveryCheck.Sent;
import dev.attune.gateway.DeliveryCheck.Stored;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Two gateways, killed with -9 again and again while clients send and retry: what was accepted is
 * there once, what nobody answered for at most once.
 */
class GatewayKillIT {
  /** Each kill costs a start of some seconds, so the twenty are for the long test. */
  private static final int KILLS = Boolean.getBoolean("attune.test.long") ? 20 : 4;

  private static final int CLIENTS = 6;

  private final Infra infra = Infra.shared();
  private final Topics topics =
      new Topics("k" + UUID.randomUUID().toString().substring(0, 8) + ".");
  private final long seed = System.nanoTime();

  @Test
  void losesAndDoublesNothingWhenKilledAgainAndAgain() throws Exception {
    Map<String, Sent> sent;
    try (GatewayProcess one = GatewayProcess.start(infra, topics, "160m");
        GatewayProcess two = GatewayProcess.start(infra, topics, "160m");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      one.awaitReady();
      two.awaitReady();
      AtomicBoolean load = new AtomicBoolean(true);
      List<Future<Map<String, Sent>>> clients = clients(threads, load, one.uri(), two.uri());
      Future<?> first = threads.submit(() -> killAndStart(one, new Random(seed)));
      Future<?> second = threads.submit(() -> killAndStart(two, new Random(seed + 1)));
      first.get();
      second.get();
      load.set(false);
      sent = all(clients);
    }

    List<Stored> stored = StoredEvents.read(infra, topics);
    long retried = sent.values().stream().filter(s -> s.attempts() > 1).count();
    assertThat(retried).as("events that a kill hit").isPositive();
    assertThat(sent.values()).as("accepted").anyMatch(Sent::accepted);
    assertThat(DeliveryCheck.faults(Playbooks.support().engine(), sent, stored))
        .as("of %d events, %d of them sent again; seed %d", sent.size(), retried, seed)
        .isEmpty();
    System.out.printf(
        "%d kills: %d events in batches, %d sent again, %d stored in all, none lost or doubled%n",
        KILLS, sent.size(), retried, stored.size());
  }

  private List<Future<Map<String, Sent>>> clients(
      ExecutorService threads, AtomicBoolean load, URI... gateways) {
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    return IntStream.range(0, CLIENTS)
        .mapToObj(
            i ->
                threads.submit(
                    new RetryingClient("client" + i, List.of(gateways), http, load::get)))
        .toList();
  }

  /** Half of the kills each, at moments of its own. */
  private static void killAndStart(GatewayProcess gateway, Random random) {
    for (int i = 0; i < KILLS / 2; i++) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50 + random.nextInt(350)));
      gateway.kill();
      gateway.startAgain();
      gateway.awaitReady();
    }
  }

  private static Map<String, Sent> all(List<Future<Map<String, Sent>>> clients) throws Exception {
    Map<String, Sent> all = new HashMap<>();
    for (Future<Map<String, Sent>> client : clients) {
      all.putAll(client.get(30, TimeUnit.SECONDS));
    }
    return all;
  }
}
