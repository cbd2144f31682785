package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.sun.net.httpserver.HttpServer;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LabelListTest {
  private HttpServer server;
  private URI url;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    server.createContext(
        "/v1/labels",
        exchange -> {
          boolean known =
              "Bearer right".equals(exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] body =
              """
              {"labels":[{"eventId":"e-1","label":"refund","labelledAt":"2026-01-02T03:04:05Z"},
                         {"eventId":"e-2","label":"shipping","labelledAt":"2026-01-02T03:04:06Z"}]}"""
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(known ? 200 : 503, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void knowsWhatPeopleSaidInTheConsole() throws IOException {
    assertThat(LabelList.read(url, "right"))
        .containsOnly(entry("e-1", "refund"), entry("e-2", "shipping"));
  }

  @Test
  void doesNotLearnWithoutThemWhenTheyCannotBeTold() {
    assertThatThrownBy(() -> LabelList.read(url, "wrong"))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("503: people's labels are needed first");
  }
}
