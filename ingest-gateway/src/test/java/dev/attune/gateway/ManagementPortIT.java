package dev.attune.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Infra;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Probes and metrics on a port of their own: nobody at the public one keeps them waiting. */
class ManagementPortIT {
  private static final List<String> PATHS =
      List.of(
          "/actuator/health",
          "/actuator/health/liveness",
          "/actuator/health/readiness",
          "/actuator/prometheus",
          "/actuator/info");

  private static final int MOST_CONNECTIONS = 200;

  /** The patience of probes. */
  private static final Duration AT_ONCE = Duration.ofSeconds(2);

  private static Gateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        Gateway.start(
            Infra.shared(),
            "attune.http.max-connections=" + MOST_CONNECTIONS,
            "attune.http.max-connections-per-peer=" + MOST_CONNECTIONS);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void onlyTheManagementPortAnswersProbesAndTellsMetrics() {
    for (String path : PATHS) {
      assertThat(gateway.manage(path).statusCode()).as(path).isEqualTo(200);

      HttpResponse<String> stranger = gateway.get(path);
      assertThat(stranger.statusCode()).as(path).isEqualTo(404);
      assertThat(stranger.body()).contains("\"code\":\"not_found\"");
    }
    assertThat(gateway.get("/actuator").statusCode()).isEqualTo(404);
  }

  @Test
  void onlyThePublicPortServesTheApi() {
    assertThat(gateway.get("/openapi.json").statusCode()).isEqualTo(200);
    assertThat(gateway.manage("/openapi.json").statusCode()).isEqualTo(404);
    assertThat(gateway.manage("/v1/events").statusCode()).isEqualTo(404);
  }

  @Test
  void answersWhileThePublicPortIsFullOfSilentConnections() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * MOST_CONNECTIONS; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.uri().getPort());
        silent.add(socket);
        if (i % 2 == 0) {
          socket.getOutputStream().write("POST /v1/events HTTP/1.1\r\nHost: a\r\n".getBytes(UTF_8));
        }
      }

      answersAtOnce("/actuator/health/liveness");
      answersAtOnce("/actuator/prometheus");
      // a few more than needed are shed at a time
      assertThat(openConnections()).isGreaterThan(MOST_CONNECTIONS * 0.9);
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  private static double openConnections() {
    String metric = "attune_http_connections ";
    return gateway
        .manage("/actuator/prometheus")
        .body()
        .lines()
        .filter(line -> line.startsWith(metric))
        .mapToDouble(line -> Double.parseDouble(line.substring(metric.length())))
        .sum();
  }

  /** In the middle of a few: one may be late for the machine's own reasons. */
  private static void answersAtOnce(String path) {
    long[] nanos = new long[5];
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      assertThat(gateway.manage(path).statusCode()).isEqualTo(200);
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    assertThat(Duration.ofNanos(nanos[nanos.length / 2])).as(path).isLessThan(AT_ONCE);
  }

  @Test
  void answersOnThreadsOfItsOwn() throws Exception {
    var held = new CountDownLatch(gateway.loops().size());
    var release = new CountDownLatch(1);
    try {
      for (EventLoop loop : gateway.loops()) {
        loop.execute(() -> hold(held, release));
      }
      assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();

      answersAtOnce("/actuator/health/liveness");
      answersAtOnce("/actuator/prometheus");
    } finally {
      release.countDown();
    }
    assertThat(gateway.get("/openapi.json").statusCode()).isEqualTo(200);
  }

  private static void hold(CountDownLatch held, CountDownLatch release) {
    held.countDown();
    try {
      var unused = release.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
