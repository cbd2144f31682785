package dev.attune.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Heads made to be read in two ways, or never to end, on the busy path and on Spring's. */
class HostileHeadTest {
  private static final Duration AT_ONCE = Duration.ofSeconds(3);
  private static final String KEY = "Authorization: Bearer k\r\n";

  private static EdgeServer server;

  @BeforeAll
  static void start() {
    server = EdgeServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Stream<Arguments> heads() {
    return Stream.of(
            arguments("two lengths", "Host: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n", 400),
            arguments("lengths in a list", "Host: a\r\nContent-Length: 5, 6\r\n", 400),
            arguments("negative length", "Host: a\r\nContent-Length: -1\r\n", 400),
            arguments(
                "length and chunks",
                "Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                400),
            arguments("unknown coding", "Host: a\r\nTransfer-Encoding: chunked, gzip\r\n", 400),
            arguments("no host", "Content-Length: 5\r\n", 400),
            arguments("two hosts", "Host: a\r\nHost: b\r\nContent-Length: 5\r\n", 400),
            arguments("no colon", "Host: a\r\nContent-Length 5\r\n", 400),
            arguments("20 KB of headers", "Host: a\r\nX: " + "x".repeat(20_000) + "\r\n", 431))
        .flatMap(List::stream);
  }

  private static List<Arguments> arguments(String name, String headers, int status) {
    return Stream.of("/busy", "/v1/page")
        .map(path -> Arguments.of(name, path, headers, status))
        .toList();
  }

  @ParameterizedTest(name = "{0} to {1}")
  @MethodSource("heads")
  void isAnsweredAtOnceAndClosed(String name, String path, String headers, int status)
      throws Exception {
    try (RawConnection connection = server.connect().patience(AT_ONCE)) {
      connection.send("POST " + path + " HTTP/1.1\r\n" + KEY + headers + "\r\nhello");

      RawConnection.Answer answer = connection.answer();
      assertThat(answer.status()).as(name).isEqualTo(status);
      assertThat(answer.headers())
          .containsEntry("content-type", "application/problem+json")
          .containsEntry("connection", "close")
          .containsKey("x-content-type-options");
      assertThat(connection.isClosed()).isTrue();
    }
  }

  @Test
  void aFirstLineWithoutEndIsAnsweredToo() throws Exception {
    try (RawConnection connection = server.connect().patience(AT_ONCE)) {
      connection.send("POST /busy?" + "x".repeat(5_000));

      assertThat(connection.answer().status()).isEqualTo(414);
      assertThat(connection.isClosed()).isTrue();
    }
  }

  @Test
  void whatIsSmuggledBehindItIsNoRequest() throws Exception {
    String smuggled = "0\r\n\r\nPOST /busy HTTP/1.1\r\nHost: a\r\n" + KEY + "\r\n";
    String lengths = "Content-Length: " + smuggled.length() + "\r\nTransfer-Encoding: chunked\r\n";
    String good = HttpEdgeContract.post("", "good");
    try (RawConnection connection = server.connect().patience(AT_ONCE)) {
      connection.send(
          good + "POST /busy HTTP/1.1\r\nHost: a\r\n" + KEY + lengths + "\r\n" + smuggled + good);

      assertThat(connection.answer().body()).isEqualTo("good");
      assertThat(connection.answer().status()).isEqualTo(400);
      assertThat(connection.isClosed()).isTrue();
    }
  }

  @Test
  void anAnswerOutlivesWhatItsClientGoesOnSending() throws Exception {
    try (RawConnection connection = server.connect().patience(AT_ONCE)) {
      connection.send("POST /busy HTTP/1.1\r\nX: " + "x".repeat(20_000));
      connection.send(new byte[1 << 20]);

      assertThat(connection.answer().status()).isEqualTo(431);
      assertThat(connection.isClosed()).isTrue();
    }
  }

  @Test
  void anOldClientNeedsNoHost() throws Exception {
    try (RawConnection connection = server.connect().patience(AT_ONCE)) {
      connection.send("POST /busy HTTP/1.0\r\n" + KEY + "Content-Length: 3\r\n\r\nold");

      assertThat(connection.answer().body()).isEqualTo("old");
    }
  }
}
