package dev.attune.system.scale;

import dev.attune.local.client.GatewayClient;
import dev.attune.local.stack.LocalKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Events that the gateway gets as fast as it takes them, with a key that has no limit of events a
 * second. Seven of ten are clicks, the others messages.
 */
final class Backlog {
  private static final int SENDERS = 4;
  private static final int BATCH = 400;
  private static final long SEED = 20260107;

  private Backlog() {}

  /**
   * Returns when all are accepted.
   *
   * @param name no other backlog of these users has it: events' ids begin with it
   */
  static void send(String gatewayUrl, String name, Crowd crowd, int events)
      throws InterruptedException {
    var random = new SplittableRandom(SEED);
    List<Callable<Integer>> senders = new ArrayList<>();
    try (var gateway = new GatewayClient(gatewayUrl, LocalKeys.SECRET);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < SENDERS; i++) {
        String ids = name + "-" + i + "-";
        int some = events / SENDERS + (i < events % SENDERS ? 1 : 0);
        SplittableRandom own = random.split();
        senders.add(() -> send(gateway, ids, crowd, some, own));
      }
      int accepted = 0;
      for (Future<Integer> sent : threads.invokeAll(senders)) {
        accepted += sent.get();
      }
      if (accepted != events) {
        throw new IllegalStateException(accepted + " of " + events + " events were accepted");
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many were accepted. */
  private static int send(
      GatewayClient gateway, String ids, Crowd crowd, int events, SplittableRandom random) {
    int accepted = 0;
    for (int sent = 0; sent < events; sent += BATCH) {
      List<String> batch = new ArrayList<>();
      for (int i = sent; i < Math.min(events, sent + BATCH); i++) {
        batch.add(event(ids + i, crowd.user(random), random.nextInt(10) < 7));
      }
      accepted += gateway.send(batch).accepted();
    }
    return accepted;
  }

  private static String event(String id, String user, boolean click) {
    String details =
        click
            ? "\"type\":\"clicked\",\"clicked\":{\"element\":\"menu\"}"
            : "\"type\":\"message_sent\",\"message_sent\":{\"text\":\"where is my order\"}";
    return "{\"eventId\":\""
        + id
        + "\",\"userId\":\""
        + user
        + "\",\"sessionId\":\"s-"
        + user
        + "\",\"channel\":\"web\",\"locale\":\"en-US\","
        + details
        + "}";
  }
}
