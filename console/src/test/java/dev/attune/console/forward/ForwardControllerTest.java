package dev.attune.console.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;

/** A service closes a connection at rest just as the console asks again. */
class ForwardControllerTest {
  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private volatile int unanswered = 2;
  private ServerSocket service;
  private ServiceSettings settings;
  private ServiceConnections connections;
  private WebTestClient console;

  @BeforeEach
  void start() throws IOException {
    service = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
    var url = URI.create("http://127.0.0.1:" + service.getLocalPort());
    var management = new ServiceSettings.Management(url, url, url, url);
    settings =
        new ServiceSettings(
            url, url, url, management, "secret", Duration.ofSeconds(2), Duration.ofSeconds(10));
    use(new ServiceConnections(settings));
  }

  private void use(ServiceConnections chosen) {
    connections = chosen;
    var somebody = new TestingAuthenticationToken("vera", "");
    console =
        WebTestClient.bindToController(new ForwardController(settings, chosen))
            .webFilter(
                (exchange, chain) ->
                    chain.filter(exchange.mutate().principal(Mono.just(somebody)).build()))
            .build();
  }

  @AfterEach
  void stop() throws IOException {
    connections.close();
    service.close();
  }

  @Test
  void whatChangesNothingIsAskedOnceMore() {
    assertThat(status("GET", "/api/responses/v1/experiments")).isEqualTo(200);
    assertThat(status("GET", "/api/responses/v1/experiments")).isEqualTo(200);

    assertThat(asked).hasSize(3);
  }

  @Test
  void whatMayHaveChangedSomethingIsNot() {
    assertThat(status("GET", "/api/responses/v1/experiments")).isEqualTo(200);
    assertThat(status("DELETE", "/api/responses/v1/users/anna")).isGreaterThanOrEqualTo(500);

    assertThat(asked).hasSize(2);
  }

  @Test
  void aConnectionThatRestedTooLongIsNotUsedAgain() {
    connections.close();
    use(new ServiceConnections(settings, Duration.ZERO));
    unanswered = 0;

    assertThat(status("GET", "/api/responses/v1/experiments")).isEqualTo(200);
    assertThat(status("DELETE", "/api/responses/v1/users/anna")).isEqualTo(200);

    assertThat(accepted).hasValue(2);
  }

  private int status(String method, String path) {
    return console
        .method(HttpMethod.valueOf(method))
        .uri(path)
        .exchange()
        .expectBody()
        .returnResult()
        .getStatus()
        .value();
  }

  /**
   * Each connection for itself: the client may open a second one before its first is back at rest.
   */
  private void serve() {
    while (!service.isClosed()) {
      try {
        Socket connection = service.accept();
        accepted.incrementAndGet();
        Thread.ofVirtual().start(() -> answer(connection));
      } catch (IOException e) {
        return;
      }
    }
  }

  /** Answers every request but the one to be left alone, after which the connection is closed. */
  private void answer(Socket connection) {
    try (connection) {
      var in = new BufferedReader(new InputStreamReader(connection.getInputStream(), US_ASCII));
      while (readHead(in) && asked.size() != unanswered) {
        connection.getOutputStream().write(ANSWER.getBytes(US_ASCII));
      }
    } catch (IOException e) {
      // this connection broke, or the test is over
    }
  }

  /** False where the client has closed the connection. */
  private boolean readHead(BufferedReader in) throws IOException {
    String first = in.readLine();
    if (first == null) {
      return false;
    }
    asked.add(first);
    while (!in.readLine().isEmpty()) {
      // the rest of the head
    }
    return true;
  }
}
