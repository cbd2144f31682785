package dev.attune.chaos.load;

import dev.attune.chaos.ledger.Ledger;
import dev.attune.chaos.ledger.SentEvent;
import dev.attune.local.stack.LocalKeys;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client as ours are: one batch after the other, the same ids again until they are answered. Each
 * tenth batch it gives up after the first failure, like a tab that is closed; each twentieth it
 * sends twice, like one that lost the answer. Most users send again and again, so that a later
 * event makes up for what was done wrong with an earlier one; the first event of each fourth batch
 * is the only one of its user.
 */
final class EventSender implements Runnable {
  private static final Duration TIMEOUT = Duration.ofSeconds(12);

  /** Each fourth batch has one: some ten a second, so that every fault catches a few. */
  private static final int ONE_SHOT_EVERY = 4;

  private static final long FIRST_PAUSE = 50;
  private static final long LONGEST_PAUSE = 1_000;

  /** How long what is under way is repeated after the end of the load. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final int number;
  private final LoadShape shape;
  private final Balancer gateways;
  private final HttpClient http;
  private final Ledger ledger;
  private final RequestCounts attempts;
  private final BooleanSupplier ended;
  private final SplittableRandom random;
  private long giveUpAt;

  EventSender(
      int number,
      LoadShape shape,
      Balancer gateways,
      HttpClient http,
      Ledger ledger,
      RequestCounts attempts,
      BooleanSupplier ended,
      SplittableRandom random) {
    this.number = number;
    this.shape = shape;
    this.gateways = gateways;
    this.http = http;
    this.ledger = ledger;
    this.attempts = attempts;
    this.ended = ended;
    this.random = random;
  }

  @Override
  public void run() {
    try {
      long due = System.nanoTime();
      for (int n = 0; !ended.getAsBoolean(); n++) {
        batch(n);
        // a turn that was missed is not made up for: what comes after a fault is steady load again
        due = Math.max(due + shape.pause().toNanos(), System.nanoTime());
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void batch(int n) throws InterruptedException {
    List<SentEvent> events =
        IntStream.range(0, shape.batch())
            .mapToObj(i -> event(number + "-" + n + "-" + i, user(n, i)))
            .toList();
    HttpRequest.Builder request = request(events);
    boolean patient = n % 10 != 9;
    long pause = FIRST_PAUSE;
    boolean accepted = send(request, events);
    while (!accepted && patient && !gaveUp()) {
      TimeUnit.MILLISECONDS.sleep(pause + random.nextLong(pause));
      pause = Math.min(2 * pause, LONGEST_PAUSE);
      accepted = send(request, events);
    }
    if (accepted && n % 20 == 0) {
      var unused = send(request, events);
    }
  }

  private boolean gaveUp() {
    if (ended.getAsBoolean() && giveUpAt == 0) {
      giveUpAt = System.nanoTime() + PATIENCE.toNanos();
    }
    return giveUpAt != 0 && System.nanoTime() > giveUpAt;
  }

  private String user(int n, int place) {
    return place == 0 && n % ONE_SHOT_EVERY == 0
        ? SentEvent.ONE_SHOT + number + "-" + n
        : "chaos-" + number + "-" + random.nextInt(shape.usersPerSender());
  }

  private SentEvent event(String id, String user) {
    return new SentEvent(id, user, random.nextInt(10) < 7);
  }

  private static HttpRequest.Builder request(List<SentEvent> events) {
    String body =
        events.stream()
            .map(EventSender::json)
            .collect(Collectors.joining(",", "{\"events\":[", "]}"));
    return HttpRequest.newBuilder()
        .timeout(TIMEOUT)
        .header("Authorization", "Bearer " + LocalKeys.WRITE)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  private static String json(SentEvent event) {
    String details =
        event.click()
            ? "\"type\":\"clicked\",\"clicked\":{\"element\":\"menu\"}"
            : "\"type\":\"message_sent\",\"message_sent\":{\"text\":\"where is my order\"}";
    return """
    {"eventId":"%s","userId":"%s","sessionId":"s-%s","channel":"web","locale":"en-US",%s}"""
        .formatted(event.id(), event.userId(), event.userId(), details);
  }

  private boolean send(HttpRequest.Builder request, List<SentEvent> events)
      throws InterruptedException {
    ledger.sending(events);
    long began = System.nanoTime();
    try {
      HttpResponse<String> answer =
          http.send(
              request.uri(gateways.next().resolve("/v1/events")).build(), BodyHandlers.ofString());
      return took(answer, events, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    } catch (IOException e) {
      // gone before, while or after it took the batch: the client can't know
      attempts.broke();
      return false;
    }
  }

  private boolean took(HttpResponse<String> answer, List<SentEvent> events, long millis) {
    switch (answer.statusCode()) {
      case 200 -> {
        attempts.wasAccepted();
        ledger.accepted(events, tokens(answer.body()), System.nanoTime());
        return true;
      }
      case 503 ->
          attempts.wasUnavailable(millis, answer.headers().firstValue("Retry-After").isPresent());
      default -> attempts.wasRefused();
    }
    return false;
  }

  private static Map<String, String> tokens(String body) {
    Map<String, String> tokens = new HashMap<>();
    JsonMapper.shared()
        .readTree(body)
        .path("tokens")
        .properties()
        .forEach(token -> tokens.put(token.getKey(), token.getValue().asString()));
    return tokens;
  }
}
