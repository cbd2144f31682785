package dev.attune.gateway;

import dev.attune.local.infra.JavaCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Sends all hostile bodies in turn, from a few attackers. A process of low priority: an attacker's
 * own work, gigabytes to send, is done on machines of theirs, and here it must not pass for the
 * gateway's.
 */
final class HostileAttack {
  private static final int ATTACKERS = 8;

  /** What an attacker may get instead of an error: other bodies of theirs fill the memory. */
  private static final int NO_ROOM = 503;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<HostileBody> bodies = HostileBody.all();
  private final AtomicInteger next = new AtomicInteger();
  private final URI gateway;
  private final int requests;
  private final int pauseMillis;

  private HostileAttack(URI gateway, int requests, int pauseMillis) {
    this.gateway = gateway;
    this.requests = requests;
    this.pauseMillis = pauseMillis;
  }

  /** Runs to its end; empty: each body was answered as it must be. */
  static String run(URI gateway, int requests, int pauseMillis)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("nice", "-n", "19"));
    command.addAll(
        JavaCommand.withHeap("256m")
            .option("-XX:TieredStopAtLevel=1")
            .option("-cp")
            .option(System.getProperty("java.class.path"))
            .run(
                HostileAttack.class.getName(),
                gateway.toString(),
                Integer.toString(requests),
                Integer.toString(pauseMillis)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int exit = process.waitFor();
      return exit == 0 || !said.isEmpty() ? said : "ended with " + exit;
    } finally {
      process.destroyForcibly();
    }
  }

  public static void main(String[] arguments) throws Exception {
    new HostileAttack(
            URI.create(arguments[0]),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]))
        .attack();
  }

  private void attack() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> attackers =
          IntStream.range(0, ATTACKERS)
              .mapToObj(i -> threads.submit(this::attackOneByOne))
              .toList();
      for (Future<Void> attacker : attackers) {
        attacker.get();
      }
    }
  }

  private Void attackOneByOne() throws IOException, InterruptedException {
    for (int n = next.getAndIncrement(); n < requests; n = next.getAndIncrement()) {
      HostileBody body = bodies.get(n % bodies.size());
      int status = send(http, gateway, body);
      if (status != body.status() && status != NO_ROOM) {
        System.out.printf("%s: %d instead of %d%n", body.name(), status, body.status());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
    }
    return null;
  }

  /** The status of the answer. */
  static int send(HttpClient http, URI gateway, HostileBody body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = request(gateway, body.contentType());
    body.headers().forEach(request::header);
    return http.send(request.POST(body.publisher()).build(), BodyHandlers.ofString()).statusCode();
  }

  /** A request of the public key. */
  static HttpRequest.Builder request(URI gateway, String contentType) {
    return HttpRequest.newBuilder(gateway.resolve("/v1/events"))
        .timeout(Duration.ofSeconds(30))
        .header("Authorization", "Bearer local-write")
        .header("Content-Type", contentType);
  }
}
