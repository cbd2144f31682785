package dev.attune.local.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatewayClientTest {
  private static final String ACCEPTED =
      "{\"accepted\":1,\"rejected\":[],\"tokens\":{\"u-1\":\"3-7\"}}";
  private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void repeatsTheSameEventsWhileTheGatewayIsUnavailable() {
    answer(503, "{\"code\":\"unavailable\"}", 200, ACCEPTED);

    try (var client = client()) {
      IngestAnswer answer = client.send(List.of("{\"eventId\":\"e-1\"}"));

      assertThat(answer.accepted()).isEqualTo(1);
      assertThat(answer.tokens()).containsEntry("u-1", "3-7");
      assertThat(client.retries()).isEqualTo(1);
      assertThat(bodies).hasSize(2).containsOnly("{\"events\":[{\"eventId\":\"e-1\"}]}");
    }
  }

  @Test
  void tellsTheCodeOfARefusal() {
    answer(401, "{\"code\":\"unauthenticated\"}", 401, "");

    try (var client = client()) {
      assertThatThrownBy(() -> client.send(List.of("{}")))
          .hasMessage("The gateway rejects the events: 401 unauthenticated.");
    }
  }

  @Test
  void aGatewayThatWasNeverStartedIsSaidAtOnce() {
    server.stop(0);

    try (var client = client()) {
      assertThatThrownBy(() -> client.send(List.of("{}")))
          .hasMessage(
              "No gateway answers on port %d; ./attune up starts the stack.",
              server.getAddress().getPort());
      assertThat(client.retries()).isZero();
    }
  }

  private GatewayClient client() {
    return new GatewayClient("http://127.0.0.1:" + server.getAddress().getPort(), "key");
  }

  private void answer(int first, String firstBody, int then, String thenBody) {
    server.createContext(
        "/v1/events",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          boolean isFirst = bodies.size() == 1;
          byte[] body = (isFirst ? firstBody : thenBody).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(isFirst ? first : then, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }
}
