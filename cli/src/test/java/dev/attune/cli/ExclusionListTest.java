package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.attune.core.user.ErasedUsers;
import dev.attune.core.user.UserHasher;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExclusionListTest {
  private static final UserHasher HASHER = new UserHasher("0123456789abcdef");

  private HttpServer server;
  private URI url;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    server.createContext(
        "/v1/erasures",
        exchange -> {
          boolean known =
              "Bearer right".equals(exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] body =
              """
              {"hashKey":"%s","erased":[{"userHash":"%s","until":"2026-01-02T03:04:05Z"}]}"""
                  .formatted(HASHER.keyId(), HASHER.hash("ada"))
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(known ? 200 : 401, body.length);
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
  void knowsWhomTheStackErased() throws IOException {
    ErasedUsers erased = ExclusionList.read(url, "right", HASHER);

    assertThat(erased.excludes("ada", 1_767_323_045_000L)).isTrue();
    assertThat(erased.excludes("ada", 1_767_323_045_001L)).isFalse();
    assertThat(erased.excludes("bob", 0)).isFalse();
  }

  @Test
  void doesNotGoOnWithAnotherSecret() {
    assertThatThrownBy(() -> ExclusionList.read(url, "right", new UserHasher("0123456789abcdeF")))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("ATTUNE_ERASURE_SECRET");
  }

  @Test
  void doesNotGoOnWhenTheListIsRefused() {
    assertThatThrownBy(() -> ExclusionList.read(url, "wrong", HASHER))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("401");
  }
}
