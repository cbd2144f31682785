package dev.attune.sdk;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A server whose answer begins in time and does not end. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StalledAnswerTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  private final CountDownLatch began = new CountDownLatch(1);
  private final CompletableFuture<Boolean> closedByClient = new CompletableFuture<>();
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  static Stream<Arguments> stalls() {
    return Stream.of(
        Arguments.of(new HttpTransport(), Duration.ofHours(1)),
        Arguments.of(new HttpTransport(), Duration.ofMillis(20)),
        Arguments.of(new UrlConnectionTransport(), Duration.ofHours(1)),
        Arguments.of(new UrlConnectionTransport(), Duration.ofMillis(20)));
  }

  @ParameterizedTest
  @MethodSource("stalls")
  void isGivenUpOnceTheTimeoutIsOver(Transport transport, Duration betweenBytes) {
    serve(betweenBytes);
    long start = System.nanoTime();

    assertThatThrownBy(() -> post(transport, SHORT)).isInstanceOf(IOException.class);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, SHORT.multipliedBy(9));
    if (transport instanceof HttpTransport) {
      // the other one reads on for some seconds, in the hope of using the connection again
      assertThat(closedByClient).succeedsWithin(Duration.ofSeconds(5));
    }
  }

  @Test
  void holdsNeitherEventsNorReplies() throws Exception {
    serve(Duration.ofHours(1));
    try (Attune attune =
        Attune.at(url(), "k").timeout(SHORT).batch(1, 1_000, Duration.ZERO).start()) {
      assertThat(attune.respond("u", "greeting", Map.of(), Duration.ZERO)).isEmpty();

      attune.track(Event.clicked("u", "a"));
      // the next try gets its answer
      assertThat(attune.flush(Duration.ofSeconds(10))).isTrue();
      assertThat(attune.sent()).isEqualTo(1);
    }
  }

  @Test
  void endsAtOnceWhenInterrupted() throws Exception {
    serve(Duration.ofHours(1));
    var ended = new CompletableFuture<Throwable>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    post(new HttpTransport(), Duration.ofHours(1));
                  } catch (IOException | InterruptedException e) {
                    ended.complete(e);
                  }
                });
    began.await();

    thread.interrupt();

    assertThat(ended.get(5, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    assertThat(closedByClient).succeedsWithin(Duration.ofSeconds(5));
  }

  private void post(Transport transport, Duration timeout)
      throws IOException, InterruptedException {
    transport.post(url() + "/v1/events", Map.of(), new byte[] {'{', '}'}, timeout);
  }

  private String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  /** The first answer comes byte by byte; later ones are whole. */
  private void serve(Duration betweenBytes) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                Socket first = server.accept();
                Thread.ofVirtual().start(() -> drip(first, betweenBytes));
                while (true) {
                  answer(server.accept());
                }
              } catch (IOException e) {
                // the test is over
              }
            });
  }

  private void drip(Socket socket, Duration betweenBytes) {
    try (socket) {
      write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{");
      began.countDown();
      socket.setSoTimeout((int) betweenBytes.toMillis());
      while (true) {
        try {
          // what the client sent, then its end
          if (socket.getInputStream().read() < 0) {
            break;
          }
        } catch (SocketTimeoutException e) {
          write(socket, " ");
        }
      }
    } catch (IOException e) {
      // a reset is an end, too
    }
    closedByClient.complete(true);
  }

  private static void answer(Socket socket) throws IOException {
    try (socket) {
      String body = "{\"accepted\":1,\"rejected\":[],\"text\":\"hello\"}";
      // all of the request, so that the close does not reset it
      while (socket.getInputStream().read() != ']') {}
      while (socket.getInputStream().read() != '}') {}
      write(
          socket,
          "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }
}
