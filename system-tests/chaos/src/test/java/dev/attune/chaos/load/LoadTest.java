package dev.attune.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.attune.chaos.Progress;
import dev.attune.chaos.ledger.LedgerCheck;
import dev.attune.chaos.ledger.SentEvent;
import dev.attune.chaos.ledger.StoredEvents;
import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients against a gateway that stores, but is not always willing. */
class LoadTest {
  private static final LoadShape SMALL = new LoadShape(1, 2, Duration.ofMillis(5), 3, 1);

  private final StackSettings settings;
  private final StoredEvents stored = new StoredEvents();
  private final AtomicInteger offset = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final HttpServer gateway;
  private final HttpServer responses;

  LoadTest(@TempDir Path home) throws IOException {
    settings = StackSettings.isolated(home, Checkout.find().root().resolve("playbooks/support"));
    gateway = server(settings.ports().gateway());
    responses = server(settings.ports().responses());
  }

  private static HttpServer server(int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    return server;
  }

  @BeforeEach
  void start() {
    gateway.createContext("/v1/events", this::takeOrNot);
    responses.createContext("/v1/responses", exchange -> answer(exchange, 200, "{}"));
    gateway.start();
    responses.start();
  }

  @AfterEach
  void stop() {
    gateway.stop(0);
    responses.stop(0);
  }

  /** Each third request is stored but its answer lost, each fifth asks to come again. */
  private synchronized void takeOrNot(HttpExchange exchange) throws IOException {
    int request = requests.incrementAndGet();
    if (request % 5 == 0) {
      if (request > 5) {
        exchange.getResponseHeaders().add("Retry-After", "1");
      }
      answer(exchange, 503, "{}");
      return;
    }
    JsonNode events = JsonMapper.shared().readTree(exchange.getRequestBody()).path("events");
    for (JsonNode event : events) {
      stored.add(
          0,
          offset.getAndIncrement(),
          new SentEvent(
              event.path("eventId").asString(),
              event.path("userId").asString(),
              event.path("type").asString().equals("clicked")));
    }
    if (request % 3 == 0) {
      exchange.close();
    } else {
      answer(exchange, 200, "{\"tokens\":{\"chaos-0-0\":\"0-" + offset.get() + "\"}}");
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    exchange.sendResponseHeaders(status, body.length());
    exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
    exchange.close();
  }

  @Test
  void sendsAgainWhatWasNotAnsweredAndKnowsWhatWas() throws InterruptedException {
    try (Load load = Load.on(settings, SMALL, 7, Progress.SILENT)) {
      load.awaitAccepted(120);
      load.stopSending();
      var checker = new LedgerCheck(load.ledger(), stored);

      assertThat(checker.acceptedIsStored().held()).isTrue();
      assertThat(checker.storedWasSent().held()).isTrue();
      assertThat(load.attempts().broken()).isPositive();
      assertThat(load.attempts().unavailable()).isPositive();
      assertThat(load.attempts().withoutRetryAfter()).isEqualTo(1);
      assertThat(load.attempts().refused()).isZero();
      assertThat(load.ledger().unanswered()).as("tabs that were closed").isPositive();
      assertThat(load.ledger().lastAccepted()).containsKey("chaos-0-0");
      assertThat(load.takeReplies().all()).isPositive();
    }
  }

  @Test
  void aGatewayThatLosesAnEventIsNoticed() throws InterruptedException {
    var forgetful = new StoredEvents();
    try (Load load = Load.on(settings, SMALL, 7, Progress.SILENT)) {
      load.awaitAccepted(10);
      load.stopSending();

      assertThat(new LedgerCheck(load.ledger(), forgetful).acceptedIsStored().held()).isFalse();
    }
  }
}
