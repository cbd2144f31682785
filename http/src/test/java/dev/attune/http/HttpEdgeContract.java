package dev.attune.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.http.RawConnection.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a client sees of an {@link Endpoint}, whatever server it stands in: as bytes on a
 * connection, since HTTP libraries hide the cases that matter.
 */
abstract class HttpEdgeContract {
  static final String KEY = "Host: test\r\nAuthorization: Bearer k\r\n";

  private RawConnection connection;

  abstract int port();

  @BeforeEach
  void connect() throws IOException {
    connection = new RawConnection(port());
  }

  @AfterEach
  void disconnect() throws IOException {
    connection.close();
  }

  final RawConnection connection() {
    return connection;
  }

  static String post(String headers, String body) {
    return "POST /busy HTTP/1.1\r\n"
        + KEY
        + headers
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  static String chunked(String... chunks) {
    StringBuilder text = new StringBuilder("POST /busy HTTP/1.1\r\n" + KEY);
    text.append("Transfer-Encoding: chunked\r\n\r\n");
    for (String chunk : chunks) {
      text.append(Integer.toHexString(chunk.length())).append("\r\n").append(chunk).append("\r\n");
    }
    return text.append("0\r\n\r\n").toString();
  }

  private Answer ask(String request) throws IOException {
    return connection.send(request).answer();
  }

  /** A refusal may end its connection. */
  private Answer askAnew(String request) throws IOException {
    try (RawConnection anew = new RawConnection(port())) {
      return anew.send(request).answer();
    }
  }

  @Test
  void readsABodyByItsLength() throws Exception {
    Answer answer = ask(post("", "hello"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers()).containsEntry("content-type", "application/octet-stream");
    assertThat(answer.body()).isEqualTo("hello");
  }

  @Test
  void readsABodyInChunks() throws Exception {
    assertThat(ask(chunked("he", "llo", " there")).body()).isEqualTo("hello there");
    assertThat(ask(chunked()).body()).isEmpty();
  }

  @Test
  void readsHeadAndBodyByteByByte() throws Exception {
    for (byte b : (post("", "slow") + chunked("ly")).getBytes(ISO_8859_1)) {
      connection.send(new byte[] {b});
    }

    assertThat(connection.answer().body()).isEqualTo("slow");
    assertThat(connection.answer().body()).isEqualTo("ly");
  }

  @Test
  void aRequestWithoutLengthHasNoBody() throws Exception {
    assertThat(ask("POST /busy HTTP/1.1\r\n" + KEY + "\r\n").body()).isEmpty();
    assertThat(ask(post("", "next")).body()).isEqualTo("next");
  }

  @Test
  void handsOnThePathWithItsQuery() throws Exception {
    Answer answer = ask("POST /busy?key=a%20b HTTP/1.1\r\n" + KEY + "Content-Length: 0\r\n\r\n");

    assertThat(answer.headers()).containsEntry("asked", "/busy?key=a%20b");
  }

  @Test
  void keepsTheConnectionUntilItIsToldOtherwise() throws Exception {
    assertThat(ask(post("", "one")).body()).isEqualTo("one");
    assertThat(ask(post("", "later")).body()).isEqualTo("later");
    assertThat(ask(post("Connection: close\r\n", "three")).body()).isEqualTo("three");
    assertThat(connection.isClosed()).isTrue();
  }

  @Test
  void answersPipelinedRequestsInTheirOrder() throws Exception {
    connection.send(post("", "later") + post("", "refuse") + chunked("third") + post("", "4"));

    assertThat(connection.answer().body()).isEqualTo("later");
    assertThat(connection.answer().status()).isEqualTo(400);
    assertThat(connection.answer().body()).isEqualTo("third");
    assertThat(connection.answer().body()).isEqualTo("4");
  }

  @Test
  void leavesAPackedBodyAsItIs() throws Exception {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write("hello".getBytes(UTF_8));
    }

    Answer answer = ask(post("Content-Encoding: gzip\r\n", packed.toString(ISO_8859_1)));

    assertThat(answer.headers()).containsEntry("encoding", "gzip");
    assertThat(answer.body()).isEqualTo(packed.toString(ISO_8859_1));
  }

  @Test
  void takesABodyUpToItsLimitAndRefusesWhatIsLonger() throws Exception {
    String most = "x".repeat(EchoEndpoint.MAX_BODY);

    assertThat(ask(post("", most)).status()).isEqualTo(200);
    assertThat(ask(chunked(most)).status()).isEqualTo(200);
    assertThat(askAnew(post("", most + "x")).status()).isEqualTo(413);
    assertThat(askAnew(chunked(most, "x")).status()).isEqualTo(413);
  }

  @ParameterizedTest
  @CsvSource({"refuse, 400, malformed", "throw, 500, internal", "fail, 500, internal"})
  void aFailureIsAProblemAndTheConnectionGoesOn(String body, int status, String code)
      throws Exception {
    Answer answer = ask(post("", body));

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"").doesNotContain("for the test");
    assertThat(ask(post("", "next")).body()).isEqualTo("next");
  }

  @Test
  void refusesAStrangerWhateverIsSent() throws Exception {
    Answer answer = ask(post("", "hello").replace("Authorization", "Nothing"));

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.headers()).containsEntry("www-authenticate", "Bearer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "HEAD"})
  void takesNoOtherMethod(String method) throws Exception {
    connection.send(method + " /busy HTTP/1.1\r\n" + KEY + "\r\n" + post("", "next"));

    Answer answer = connection.answer(!method.equals("HEAD"));
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.headers()).containsEntry("allow", "POST");
    assertThat(connection.answer().body()).isEqualTo("next");
  }

  @Test
  void letsAClientThatAsksSendItsBody() throws Exception {
    connection.send("POST /busy HTTP/1.1\r\n" + KEY);
    connection.send("Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    assertThat(connection.answer().status()).isEqualTo(100);

    assertThat(connection.send("hello").answer().body()).isEqualTo("hello");
  }

  @Test
  void anotherPathIsNotTheEndpoints() throws Exception {
    assertThat(ask("POST /busyness HTTP/1.1\r\n" + KEY + "Content-Length: 0\r\n\r\n").status())
        .isEqualTo(404);
    assertThat(ask(post("", "next")).body()).isEqualTo("next");
  }

  @Test
  void outlivesClientsThatGoAwayHalfWay() throws Exception {
    for (int i = 0; i < 50; i++) {
      try (RawConnection leaver = new RawConnection(port())) {
        leaver.send("POST /busy HTTP/1.1\r\n" + KEY + "Content-Length: 5000\r\n\r\nhalf");
      }
    }

    assertThat(ask(post("", "still here")).body()).isEqualTo("still here");
  }
}
