package dev.attune.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that hold connections for nothing, or send drop by drop. Patience is short here. */
class HostileConnectionTest {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final String KEY = HttpEdgeContract.KEY;

  private static EdgeServer server;

  @BeforeAll
  static void start() {
    server =
        EdgeServer.start(
            "attune.http.head-timeout=1s",
            "attune.http.read-timeout=1s",
            "attune.http.body-timeout=3s",
            "attune.http.least-rate=500B",
            "attune.http.idle-timeout=20s");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static RawConnection connect() throws IOException {
    return server.connect().patience(SOON);
  }

  @Test
  void aSilentConnectionIsCutOff() throws Exception {
    try (RawConnection connection = connect()) {
      assertThat(connection.isClosed()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHeadThatDripsIsCutOff(boolean isFirst) throws Exception {
    try (RawConnection connection = connect()) {
      if (!isFirst) {
        assertThat(connection.send(HttpEdgeContract.post("", "first")).answer().status())
            .isEqualTo(200);
      }
      connection.send("POST /busy HTTP/1.1\r\nX: ");

      assertThat(drip(connection, "x")).isLessThan(SOON.toMillis());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 9000\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n5\r\nh"})
  void aBodyThatStopsIsToldSoAndClosed(String rest) throws Exception {
    try (RawConnection connection = connect()) {
      connection.send("POST /busy HTTP/1.1\r\n" + KEY + rest);

      RawConnection.Answer answer = connection.answer();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.headers()).containsEntry("connection", "close");
      assertThat(answer.body()).contains("\"code\":\"request_timeout\"");
    }
  }

  @Test
  void aBodyThatDripsIsCutOff() throws Exception {
    try (RawConnection connection = connect()) {
      connection.send("POST /busy HTTP/1.1\r\n" + KEY + "Content-Length: 9000\r\n\r\n");

      assertThat(drip(connection, "x")).isLessThan(SOON.toMillis());
    }
  }

  @Test
  void aBodyThatTakesTooLongIsCutOffWhateverItsRate() throws Exception {
    try (RawConnection connection = connect()) {
      connection.send("POST /busy HTTP/1.1\r\n" + KEY + "Content-Length: 9000\r\n\r\n");

      assertThat(drip(connection, "x".repeat(100))).isBetween(2_000L, SOON.toMillis());
    }
  }

  @Test
  void aBodyOnASlowLineArrives() throws Exception {
    String piece = "x".repeat(200);
    try (RawConnection connection = connect()) {
      connection.send("POST /busy HTTP/1.1\r\n" + KEY + "Content-Length: 2000\r\n\r\n");
      for (int i = 0; i < 10; i++) {
        connection.send(piece);
        Thread.sleep(100);
      }

      assertThat(connection.answer().body()).hasSize(2_000);
    }
  }

  /** Sends a piece each 50 ms; how long until the server had enough. */
  private static long drip(RawConnection connection, String piece) throws Exception {
    long start = System.nanoTime();
    try {
      while (System.nanoTime() - start < SOON.toNanos()) {
        connection.send(piece);
        Thread.sleep(50);
        if (connection.hasEnded()) {
          break;
        }
      }
    } catch (SocketException reset) {
      // as cut off as can be
    }
    return (System.nanoTime() - start) / 1_000_000;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/busy", "/nowhere", "/v1/page/x"})
  void anAnswerBeforeTheBodyEndsTheConnection(String path) throws Exception {
    try (RawConnection connection = connect()) {
      connection.send("POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n");

      RawConnection.Answer answer = connection.answer();
      assertThat(answer.status()).isEqualTo(path.equals("/busy") ? 401 : 404);
      assertThat(answer.headers()).containsEntry("connection", "close");
    }
  }

  @Test
  void whoIsAnsweredAndStaysSilentIsClosed() throws Exception {
    Duration patience = Duration.ofSeconds(15);
    String rest = " HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n";
    try (RawConnection ours = connect().patience(patience);
        RawConnection springs = connect().patience(patience)) {
      assertThat(ours.send("POST /busy" + rest).answer().status()).isEqualTo(401);
      assertThat(springs.send("POST /nowhere" + rest).answer().status()).isEqualTo(404);

      assertThat(ours.isClosed()).isTrue();
      assertThat(springs.isClosed()).isTrue();
    }
  }

  @Test
  void aRefusalWithItsBodyLeavesTheConnection() throws Exception {
    String stranger = "POST /busy HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
    try (RawConnection connection = connect()) {
      assertThat(connection.send(stranger).answer().status()).isEqualTo(401);
      assertThat(connection.send(HttpEdgeContract.post("", "next")).answer().body())
          .isEqualTo("next");
    }
  }

  @Test
  void requestsBehindOneThatWaitsAreAllAnswered() throws Exception {
    StringBuilder requests = new StringBuilder(HttpEdgeContract.post("", "wait"));
    for (int i = 0; i < 5_000; i++) {
      requests.append(HttpEdgeContract.post("", "n" + i));
    }
    try (RawConnection connection = connect()) {
      Thread sender = Thread.startVirtualThread(() -> sendAll(connection, requests.toString()));
      EchoEndpoint.awaitWaiting(1);
      EchoEndpoint.release();

      assertThat(connection.answer().body()).isEqualTo("wait");
      for (int i = 0; i < 5_000; i++) {
        assertThat(connection.answer().body()).isEqualTo("n" + i);
      }
      sender.join();
    }
  }

  @Test
  void refusalsBehindOneThatWaitsAreAllAnswered() throws Exception {
    String stranger = "GET /busy HTTP/1.1\r\nHost: a\r\n\r\n";
    try (RawConnection connection = connect()) {
      String requests = HttpEdgeContract.post("", "wait") + stranger.repeat(5_000);
      Thread sender = Thread.startVirtualThread(() -> sendAll(connection, requests));
      EchoEndpoint.awaitWaiting(1);
      EchoEndpoint.release();

      assertThat(connection.answer().body()).isEqualTo("wait");
      for (int i = 0; i < 5_000; i++) {
        assertThat(connection.answer().status()).isEqualTo(405);
      }
      sender.join();
    }
  }

  /** Nothing comes any more that could start a clock. */
  @ParameterizedTest
  @ValueSource(strings = {"/busy", "/v1/page"})
  void aBodyThatStopsBehindARequestThatWaitsIsCutOff(String path) throws Exception {
    String half = "Content-Type: text/plain\r\nContent-Length: 9\r\n\r\nhalf";
    try (RawConnection connection = connect()) {
      connection.send(
          HttpEdgeContract.post("", "wait") + "POST " + path + " HTTP/1.1\r\n" + KEY + half);
      EchoEndpoint.awaitWaiting(1);
      EchoEndpoint.release();

      assertThat(connection.answer().body()).isEqualTo("wait");
      if (path.equals("/busy")) {
        assertThat(connection.answer().status()).isEqualTo(408);
      } else {
        assertThat(connection.isClosed()).isTrue();
      }
    }
  }

  private static void sendAll(RawConnection connection, String text) {
    try {
      connection.send(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void halfSentBodiesDoNotHoldUpTheEnd() throws Exception {
    List<RawConnection> halves = new ArrayList<>();
    EdgeServer ending = EdgeServer.start();
    try {
      for (int i = 0; i < 20; i++) {
        String path = i % 2 == 0 ? "/busy" : "/v1/page";
        String head = "POST " + path + " HTTP/1.1\r\n" + KEY + "Content-Type: text/plain\r\n";
        halves.add(ending.connect().send(head + "Content-Length: 9\r\n\r\nhalf"));
      }
      assertThat(ending.connect().send(HttpEdgeContract.post("", "all read")).answer().status())
          .isEqualTo(200);
    } finally {
      long start = System.nanoTime();
      ending.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      for (RawConnection half : halves) {
        half.close();
      }
    }
  }
}
