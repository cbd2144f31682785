package dev.attune.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The contract against the real edge, and what only it promises. */
class EndpointServerTest extends HttpEdgeContract {
  private static final String SHOP = "https://shop.example";

  private static EdgeServer server;

  @SpringBootConfiguration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import({EndpointConfiguration.class, Pages.class})
  static class Application {
    @Bean
    Endpoint endpoint() {
      return new EchoEndpoint();
    }

    @Bean
    MeterRegistry meters() {
      return new SimpleMeterRegistry();
    }

    @Bean
    BodyBudget bodyBudget() {
      return new BodyBudget(EdgeServer.BUDGET, EdgeServer.KEYS_SHARE);
    }

    @Bean
    BrowserOrigins browserOrigins() {
      return SHOP::equals;
    }
  }

  @RestController
  static class Pages {
    @PostMapping("/v1/page")
    String page(@RequestBody(required = false) String text) {
      if (text != null && text.equals("fail")) {
        throw new IllegalStateException("for the test");
      }
      return "page " + text;
    }
  }

  @BeforeAll
  static void start() {
    server = EdgeServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  int port() {
    return server.port();
  }

  @Test
  void answersSpringsPathsInTheOrderOfTheConnection() throws Exception {
    String page = post("Content-Type: text/plain\r\n", "hello").replace("/busy", "/v1/page");
    connection().send(post("", "later") + page + post("", "three"));

    assertThat(connection().answer().body()).isEqualTo("later");
    assertThat(connection().answer().body()).isEqualTo("page hello");
    assertThat(connection().answer().body()).isEqualTo("three");
  }

  @Test
  void everyAnswerCarriesTheFixedHeaders() throws Exception {
    for (String path : List.of("/busy", "/v1/page", "/nowhere")) {
      RawConnection.Answer answer = connection().send(post("", "").replace("/busy", path)).answer();

      assertThat(answer.headers())
          .as(path)
          .containsEntry("x-content-type-options", "nosniff")
          .containsEntry("cache-control", "no-store")
          .containsKey("date");
    }
  }

  @Test
  void problemsOfSpringsPathsLookTheSame() throws Exception {
    String fail = post("Content-Type: text/plain\r\n", "fail").replace("/busy", "/v1/page");
    String get = "GET /v1/page HTTP/1.1\r\nHost: test\r\n\r\n";

    RawConnection.Answer failed = connection().send(fail).answer();
    RawConnection.Answer refused = connection().send(get).answer();

    assertThat(failed.status()).isEqualTo(500);
    assertThat(failed.body()).contains("\"code\":\"internal\"").doesNotContain("for the test");
    assertThat(refused.status()).isEqualTo(405);
    assertThat(refused.headers()).containsEntry("allow", "POST");
    assertThat(refused.body())
        .contains("\"code\":\"method_not_allowed\"", "\"instance\":\"/v1/page\"");
  }

  @Test
  void refusesAStrangerWhoAsksBeforeSendingAndCloses() throws Exception {
    connection()
        .send("POST /busy HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\n")
        .send("Content-Length: 5\r\n\r\n");

    RawConnection.Answer answer = connection().answer();
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.headers()).containsEntry("connection", "close");
    assertThat(connection().isClosed()).isTrue();
  }

  @Test
  void theAnswerOutlivesARefusedBody() throws Exception {
    connection()
        .send("POST /busy HTTP/1.1\r\nHost: test\r\nContent-Length: 8000000\r\n\r\n")
        .send(new byte[8_000_000]);

    assertThat(connection().answer().status()).isEqualTo(401);
    assertThat(connection().isClosed()).isTrue();
  }

  @Test
  void endsABrokenBodyWithItsConnection() throws Exception {
    connection()
        .send("POST /busy HTTP/1.1\r\n" + KEY + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n");

    assertThat(connection().answer().status()).isEqualTo(400);
    assertThat(connection().isClosed()).isTrue();
  }

  @Test
  void anOldClientGetsItsAnswerAndTheEnd() throws Exception {
    connection().send(post("", "old").replace("HTTP/1.1", "HTTP/1.0"));

    assertThat(connection().answer().body()).isEqualTo("old");
    assertThat(connection().isClosed()).isTrue();
  }

  @Test
  void knowsItsPathInAProxysForm() throws Exception {
    String request = post("", "proxied").replace("/busy", "http://test/busy?x=1");

    assertThat(connection().send(request).answer().body()).isEqualTo("proxied");
  }

  @Test
  void answersPreflightsOfKnownOriginsOnly() throws Exception {
    String preflight =
        "OPTIONS /v1/page HTTP/1.1\r\nHost: test\r\nAccess-Control-Request-Method: POST\r\n"
            + "Access-Control-Request-Headers: authorization, content-type, traceparent\r\nOrigin: ";

    RawConnection.Answer known = connection().send(preflight + SHOP + "\r\n\r\n").answer();
    RawConnection.Answer evil = connection().send(preflight + "https://evil\r\n\r\n").answer();

    assertThat(known.status()).isEqualTo(204);
    assertThat(known.headers())
        .containsEntry("access-control-allow-origin", SHOP)
        .containsEntry("access-control-allow-methods", "GET,POST")
        .containsEntry("access-control-allow-headers", "authorization, content-type, traceparent");
    assertThat(evil.status()).isEqualTo(403);
    assertThat(evil.headers()).doesNotContainKey("access-control-allow-origin");
  }

  @Test
  void letsPagesOfKnownOriginsSeeTheAnswer() throws Exception {
    RawConnection.Answer known = connection().send(post("Origin: " + SHOP + "\r\n", "")).answer();
    RawConnection.Answer evil = connection().send(post("Origin: https://evil\r\n", "")).answer();

    assertThat(known.headers())
        .containsEntry("access-control-allow-origin", SHOP)
        .containsEntry("vary", "Origin");
    assertThat(evil.headers()).doesNotContainKey("access-control-allow-origin");
  }
}
