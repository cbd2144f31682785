package dev.attune.system;

import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A few clients that mean well: each sends an event with the public key and asks for a reply, again
 * and again, and keeps what it was answered and how long that took. The orchestrator's probes are
 * among them.
 */
final class HonestClients {
  private static final int CLIENTS = 4;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final StackSettings stack;
  private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean goOn = new AtomicBoolean(true);

  private HonestClients(StackSettings stack) {
    this.stack = stack;
  }

  /** What they saw while something went on. */
  static HonestClients during(StackSettings stack, Runnable meanwhile) throws InterruptedException {
    var clients = new HonestClients(stack);
    Thread[] threads = new Thread[CLIENTS];
    Arrays.setAll(
        threads, n -> Thread.ofVirtual().name("honest").start(() -> clients.talk("honest-" + n)));
    try {
      meanwhile.run();
    } finally {
      clients.goOn.set(false);
      for (Thread thread : threads) {
        thread.join();
      }
    }
    return clients;
  }

  private void talk(String user) {
    while (goOn.get()) {
      time(
          request(stack.gatewayUrl() + "/v1/events", LocalKeys.WRITE)
              .POST(BodyPublishers.ofString(Events.clicked(user, "#menu"))));
      time(
          request(stack.responsesUrl() + "/v1/responses", LocalKeys.SECRET)
              .POST(
                  BodyPublishers.ofString(
                      "{\"userId\":\"" + user + "\",\"slot\":\"greeting\",\"locale\":\"en\"}")));
      for (Part part : List.of(Part.GATEWAY, Part.RESPONSES)) {
        time(HttpRequest.newBuilder(URI.create(readiness(part))));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private String readiness(Part part) {
    return "http://127.0.0.1:%d/actuator/health/readiness"
        .formatted(part.managementPort(stack.ports()));
  }

  private static HttpRequest.Builder request(String url, String key) {
    return HttpRequest.newBuilder(URI.create(url))
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json");
  }

  private void time(HttpRequest.Builder request) {
    long start = System.nanoTime();
    try {
      HttpResponse<String> answer = BoundedHttp.send(request);
      nanos.add(System.nanoTime() - start);
      if (answer.statusCode() != 200) {
        failures.add(answer.statusCode() + " " + answer.body());
      }
    } catch (IOException e) {
      failures.add(e.toString());
    }
  }

  /** Requests that were not answered with 200. */
  Queue<String> failures() {
    return failures;
  }

  double p99Millis() {
    long[] sorted = nanos.stream().mapToLong(n -> n).sorted().toArray();
    return sorted[(int) Math.ceil(sorted.length * 0.99) - 1] / 1e6;
  }
}
