package dev.attune.bench.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpLoadTest {
  private final Set<String> bodies = ConcurrentHashMap.newKeySet();
  private final AtomicInteger requests = new AtomicInteger();
  private HttpServer server = create();

  private static HttpServer create() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void start() {
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/ok",
        exchange -> {
          requests.incrementAndGet();
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, 3);
          exchange.getResponseBody().write("yes".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    server.createContext(
        "/chunked",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(new byte[100_000]);
          exchange.close();
        });
    server.createContext(
        "/busy",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(503, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void sendsEachRequestOnceAndCountsItsAnswer() {
    LoadResult result = load("/ok", 4).closedLoop(Duration.ofMillis(400));

    assertThat(result.answered()).isPositive();
    assertThat(result.failed()).isZero();
    assertThat(bodies).hasSize(requests.get());
    // those under way at the end were sent, but their answers came too late to count
    assertThat((long) requests.get()).isBetween(result.answered(), result.answered() + 4);
    assertThat(result.perSecond())
        .isCloseTo(result.answered() / 0.4, within(result.answered() * 1.));
  }

  @Test
  void keepsToARateAndCountsWaitingAsLatency() {
    LoadResult result = load("/ok", 2).openLoop(Duration.ofMillis(1000), 50);

    assertThat(result.answered()).isBetween(40L, 51L);
    assertThat(result.millis(50)).isPositive();
  }

  @Test
  void readsChunkedAnswers() {
    assertThat(load("/chunked", 2).closedLoop(Duration.ofMillis(300)).answered()).isPositive();
  }

  @Test
  void tellsRefusedRequestsApart() {
    LoadResult result = load("/busy", 2).closedLoop(Duration.ofMillis(300));

    assertThat(result.answered()).isZero();
    assertThat(result.failed()).isPositive();
  }

  private HttpLoad load(String path, int connections) {
    String head = "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";
    return new HttpLoad(
        server.getAddress(),
        connections,
        (n, into) -> into.put((head + "%010d".formatted(n)).getBytes(StandardCharsets.US_ASCII)));
  }
}
