package dev.attune.gateway;

import dev.attune.gateway.DeliveryCheck.Sent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A client as ours are: small batches one after the other, the same ids again until they are
 * answered, at the next gateway when one is gone. Every tenth batch it gives up after its first
 * failure, like a tab that is closed.
 */
final class RetryingClient implements Callable<Map<String, Sent>> {
  private static final int BATCH = 3;
  private static final int BATCHES_A_USER = 50;

  private final String name;
  private final List<URI> gateways;
  private final BooleanSupplier goOn;
  private final HttpClient http;
  private final Map<String, Sent> sent = new HashMap<>();
  private int turn;

  RetryingClient(String name, List<URI> gateways, HttpClient http, BooleanSupplier goOn) {
    this.name = name;
    this.gateways = gateways;
    this.http = http;
    this.goOn = goOn;
  }

  @Override
  public Map<String, Sent> call() throws InterruptedException {
    for (int n = 0; goOn.getAsBoolean(); n++) {
      batch(n);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    return sent;
  }

  private void batch(int n) throws InterruptedException {
    List<String> ids = IntStream.range(0, BATCH).mapToObj(i -> name + "-" + n + "-" + i).toList();
    String user = name + "-" + n / BATCHES_A_USER;
    String body =
        ids.stream()
            .map(
                id ->
                    """
                    {"eventId":"%s","userId":"%s","type":"clicked","clicked":{"element":"#a"}}"""
                        .formatted(id, user))
            .collect(Collectors.joining(",", "{\"events\":[", "]}"));
    boolean patient = n % 10 != 9;
    int attempts = 0;
    boolean accepted;
    do {
      attempts++;
      accepted = post(body);
    } while (!accepted && patient);
    Sent what = new Sent(attempts, accepted);
    ids.forEach(id -> sent.put(id, what));
  }

  private boolean post(String body) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(gateways.get(turn % gateways.size()).resolve("/v1/events"))
            .header("Authorization", "Bearer local-write")
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(10))
            .POST(BodyPublishers.ofString(body))
            .build();
    try {
      int status = http.send(request, BodyHandlers.ofString()).statusCode();
      if (status == 200) {
        return true;
      }
      if (status != 503) {
        throw new AssertionError("a valid batch was answered with " + status);
      }
    } catch (IOException e) {
      // killed before, while or after it took the batch: the client can't know
    }
    turn++;
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    return false;
  }
}
