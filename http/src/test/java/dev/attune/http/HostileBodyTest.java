package dev.attune.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.http.RawConnection.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies that are begun and never finished, to take the memory of all others. */
class HostileBodyTest {
  private static final int MAX = EchoEndpoint.MAX_BODY;

  private final List<RawConnection> open = new ArrayList<>();
  private EdgeServer server;

  @BeforeEach
  void start() {
    server = EdgeServer.start();
  }

  @AfterEach
  void stop() throws IOException {
    for (RawConnection connection : open) {
      connection.close();
    }
    server.close();
  }

  private RawConnection connect() throws IOException {
    RawConnection connection = server.connect().patience(Duration.ofSeconds(5));
    open.add(connection);
    return connection;
  }

  private RawConnection half(String key) throws IOException {
    return connect().send(head(key, MAX)).send("x".repeat(MAX - 1));
  }

  private static String head(String key, int length) {
    return "POST /busy HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
        + key
        + "\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  private int ask(String key) throws IOException {
    return connect().send(head(key, 5) + "hello").answer().status();
  }

  /** All that may be held is held, by senders that stopped. */
  private List<RawConnection> stalled(String... keys) throws IOException {
    List<RawConnection> all = new ArrayList<>();
    for (String key : keys) {
      for (int i = 0; i < 5; i++) {
        all.add(half(key));
      }
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> server.held() > 0.99 * keys.length * 5 * MAX);
    return all;
  }

  @Test
  void aStalledSenderLosesItsShareToWhoeverNeedsIt() throws Exception {
    List<RawConnection> all = stalled("k1", "k2");

    assertThat(ask("k1")).isEqualTo(200);
    assertThat(connect().send(head("k3", MAX) + "x".repeat(MAX)).answer().status()).isEqualTo(200);

    await().atMost(Duration.ofSeconds(5)).until(() -> !ended(all).isEmpty());
    assertThat(ended(all)).as("no more than it took").hasSizeLessThan(4);
    Answer answer = ended(all).getFirst().answer();
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers())
        .containsEntry("retry-after", "1")
        .containsEntry("connection", "close");
  }

  private static List<RawConnection> ended(List<RawConnection> all) throws IOException {
    List<RawConnection> ended = new ArrayList<>();
    for (RawConnection one : all) {
      if (one.hasEnded()) {
        ended.add(one);
      }
    }
    return ended;
  }

  @Test
  void aCrowdOfStalledSendersTakesNothingFromOthers() throws Exception {
    for (int i = 0; i < 100; i++) {
      half("public");
      assertThat(ask("public")).isEqualTo(200);
      assertThat(ask("secret")).isEqualTo(200);
    }
  }

  @Test
  void aKeyHasAShareAndNoMore() throws Exception {
    for (int i = 0; i < 9; i++) {
      half("public");
    }

    assertThat(ask("secret")).isEqualTo(200);
    assertThat(server.held()).isLessThanOrEqualTo(EdgeServer.KEYS_SHARE);
  }

  @Test
  void whoIsBeingAnsweredKeepsItsShare() throws Exception {
    List<RawConnection> waiting = new ArrayList<>();
    String padded = "wait" + " ".repeat(MAX - 4);
    for (int i = 0; i < 6; i++) {
      waiting.add(connect().send(head("k1", MAX)).send(padded.substring(0, 50)));
    }
    for (RawConnection one : waiting) {
      one.send(padded.substring(50));
    }
    EchoEndpoint.awaitWaiting(6);

    assertThat(ask("k1")).isEqualTo(503);
    assertThat(ask("k2")).isEqualTo(200);

    EchoEndpoint.release();
    for (RawConnection one : waiting) {
      assertThat(one.answer().status()).isEqualTo(200);
    }
    assertThat(ask("k1")).isEqualTo(200);
  }

  @Test
  void nothingIsReadOfWhomNobodyKnowsYet() throws Exception {
    List<RawConnection> tokens = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      tokens.add(half("token" + (i % 2 == 0)));
    }
    EchoEndpoint.awaitWaiting(10);
    assertThat(server.held()).isZero();
    assertThat(ask("k1")).isEqualTo(200);

    EchoEndpoint.release();
    for (int i = 1; i < 10; i += 2) {
      Answer refused = tokens.get(i).answer();
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.headers()).containsEntry("connection", "close");
    }
    assertThat(tokens.getFirst().send("x").answer().status()).isEqualTo(200);
  }

  @Test
  void whoWasAskedAboutIsAnsweredInOrder() throws Exception {
    RawConnection connection = connect();
    connection.send(head("token-true", 3) + "one" + head("k", 3) + "two");
    connection.send(head("token-false", 5) + "three" + head("k", 4) + "four");
    EchoEndpoint.awaitWaiting(1);
    EchoEndpoint.release();

    assertThat(connection.answer().body()).isEqualTo("one");
    assertThat(connection.answer().body()).isEqualTo("two");
    EchoEndpoint.awaitWaiting(1);
    EchoEndpoint.release();
    assertThat(connection.answer().status()).isEqualTo(401);
    assertThat(connection.answer().body()).isEqualTo("four");
  }
}
