package dev.attune.chaos.load;

import dev.attune.chaos.ledger.Ledger;
import dev.attune.local.stack.LocalKeys;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A chatbot that asks what to say to one user after the other, five times a second. */
final class ChatClient implements Runnable {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long PAUSE_MILLIS = 200;

  /** Such a reply exposes nobody: it is given even when its decision can't be recorded. */
  private static final Set<String> EXPOSES_NOBODY =
      Set.of("store_unavailable", "no_prediction", "stale", "log_full");

  private final LoadShape shape;
  private final Balancer responses;
  private final HttpClient http;
  private final Ledger ledger;
  private final Supplier<ReplyCounts> replies;
  private final BooleanSupplier ended;
  private final SplittableRandom random;

  ChatClient(
      LoadShape shape,
      Balancer responses,
      HttpClient http,
      Ledger ledger,
      Supplier<ReplyCounts> replies,
      BooleanSupplier ended,
      SplittableRandom random) {
    this.shape = shape;
    this.responses = responses;
    this.http = http;
    this.ledger = ledger;
    this.replies = replies;
    this.ended = ended;
    this.random = random;
  }

  @Override
  public void run() {
    try {
      while (!ended.getAsBoolean()) {
        ask();
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask() throws InterruptedException {
    long began = System.nanoTime();
    ReplyCounts counted = replies.get();
    try {
      HttpResponse<String> answer = http.send(request(), BodyHandlers.ofString());
      if (answer.statusCode() == 200) {
        long took = System.nanoTime() - began;
        JsonNode reply = JsonMapper.shared().readTree(answer.body());
        String reason = reply.path("reason").asString();
        counted.answered(took, reason.equals("store_unavailable"));
        if (!EXPOSES_NOBODY.contains(reason)) {
          ledger.shown(reply.path("decisionId").asString());
        }
      } else {
        counted.failed(answer.statusCode());
      }
    } catch (IOException e) {
      counted.broke();
    }
  }

  private HttpRequest request() {
    int sender = random.nextInt(shape.senders());
    int user = random.nextInt(shape.usersPerSender());
    String body =
        """
        {"userId":"chaos-%d-%d","sessionId":"s-chaos-%d-%d","slot":"greeting","locale":"en-US"}"""
            .formatted(sender, user, sender, user);
    return HttpRequest.newBuilder(responses.next().resolve("/v1/responses"))
        .timeout(TIMEOUT)
        .header("Authorization", "Bearer " + LocalKeys.SECRET)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }
}
