package dev.attune.console;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/** Streams that are open when the session ends, which is a moment after each has begun. */
class SessionStreamsIT {
  private static final Duration LIFETIME = Duration.ofMinutes(1);
  private static final Duration MOMENT = Duration.ofMillis(100);

  private static final AtomicReference<Instant> NOW = new AtomicReference<>(Instant.now());
  private static Upstream upstream;
  private static RunningConsole console;

  @BeforeAll
  static void start() {
    upstream = new Upstream();
    console =
        RunningConsole.before(
            upstream,
            upstream,
            SessionStreamsIT::timePasses,
            "attune.console.users[0].name=vera",
            "attune.console.users[0].password-hash=" + new BCryptPasswordEncoder(4).encode("look"),
            "attune.console.users[0].role=viewer",
            "attune.console.session.lifetime=" + LIFETIME,
            "attune.console.session.secure-cookie=false");
  }

  /** Nearly all of the lifetime, once it is known who asks for a stream. */
  private static void timePasses(GenericApplicationContext context) {
    context.registerBean(
        "ownClock", InstantSource.class, () -> NOW::get, bean -> bean.setPrimary(true));
    WebFilter passing =
        (exchange, chain) ->
            chain.filter(exchange.mutate().response(new LateResponse(exchange)).build());
    context.registerBean("passingTime", WebFilter.class, () -> passing);
  }

  private static final class LateResponse extends ServerHttpResponseDecorator {
    private final String path;

    LateResponse(ServerWebExchange exchange) {
      super(exchange.getResponse());
      this.path = exchange.getRequest().getPath().value();
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
      pass();
      return super.writeWith(body);
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
      pass();
      return super.writeAndFlushWith(body);
    }

    private void pass() {
      if (path.endsWith("/events")) {
        NOW.updateAndGet(now -> now.plus(LIFETIME).minus(MOMENT));
      }
    }
  }

  @AfterAll
  static void stop() {
    console.close();
    upstream.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/responses/v1/users/u/events", "/api/overview/events"})
  void endWithIt(String path) throws Exception {
    var asked = HttpRequest.newBuilder(console.uri(path)).header("Cookie", signIn()).build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      var answer = http.sendAsync(asked, BodyHandlers.ofString());
      try {
        assertThat(answer.get(10, SECONDS).statusCode()).isEqualTo(200);
      } finally {
        http.shutdownNow();
      }
    }
  }

  private static String signIn() throws Exception {
    var answer =
        console.send(
            "POST",
            "/login",
            "username=vera&password=look",
            Map.of("Content-Type", "application/x-www-form-urlencoded"));
    return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
  }
}
