package dev.attune.console.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpCookie;
import org.springframework.http.ResponseCookie;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

class SealedCookieTest {
  private static final SealedCookie.Kind KIND =
      new SealedCookie.Kind("one", "/some", "Lax", Duration.ofMinutes(10));
  private static final SessionKey KEY = new SessionKey("0123456789abcdef0123456789abcdef");

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final InstantSource clock = now::get;
  private final SealedCookie cookie = new SealedCookie(KIND, true, KEY, clock);

  @Test
  void isReadByEachReplicaWithTheSameKey() {
    String value = sealed("a text").getValue();

    var other =
        new SealedCookie(KIND, true, new SessionKey("0123456789abcdef0123456789abcdef"), clock);
    assertThat(other.read(with(value))).hasValue("a text");
    assertThat(value).doesNotContain("text");
  }

  @Test
  void goesOnlyWhereItIsNeeded() {
    ResponseCookie sealed = sealed("a text");

    assertThat(sealed.getPath()).isEqualTo("/some");
    assertThat(sealed.getSameSite()).isEqualTo("Lax");
    assertThat(sealed.getMaxAge()).isEqualTo(Duration.ofMinutes(10));
    assertThat(sealed.isHttpOnly()).isTrue();
    assertThat(sealed.isSecure()).isTrue();
  }

  /** Whatever the browser was told: it may keep a copy. */
  @Test
  void isOverAtItsEnd() {
    String value = sealed("a text").getValue();

    now.set(Instant.EPOCH.plus(Duration.ofMinutes(10)).minusMillis(1));
    assertThat(cookie.read(with(value))).hasValue("a text");
    now.set(Instant.EPOCH.plus(Duration.ofMinutes(10)));
    assertThat(cookie.read(with(value))).isEmpty();
  }

  @Test
  void readsNothingThatItDidNotSeal() {
    String value = sealed("a text").getValue();
    var otherKey = new SealedCookie(KIND, true, new SessionKey(null), clock);
    var otherKind =
        new SealedCookie(
            new SealedCookie.Kind("other", "/some", "Lax", Duration.ofMinutes(10)),
            true,
            KEY,
            clock);

    assertThat(otherKey.read(with(value))).isEmpty();
    assertThat(otherKind.read(of("other", value))).as("a cookie of another kind").isEmpty();
    for (int i = 0; i < value.length(); i += 7) {
      char changed = value.charAt(i) == 'A' ? 'B' : 'A';
      assertThat(cookie.read(with(value.substring(0, i) + changed + value.substring(i + 1))))
          .isEmpty();
    }
    for (String nothing : new String[] {"", "AAAA", "%%%", value.substring(0, 30)}) {
      assertThat(cookie.read(with(nothing))).as(nothing).isEmpty();
    }
    assertThat(cookie.read(MockServerWebExchange.from(MockServerHttpRequest.get("/")))).isEmpty();
  }

  @Test
  void leavesOutWhatABrowserWouldNotKeep() {
    var exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));

    cookie.set(exchange, "x".repeat(4000));

    assertThat(exchange.getResponse().getCookies().containsKey("one")).isFalse();
  }

  private ResponseCookie sealed(String text) {
    var exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));
    cookie.set(exchange, text);
    return Objects.requireNonNull(exchange.getResponse().getCookies().getFirst("one"));
  }

  private static MockServerWebExchange with(String value) {
    return of("one", value);
  }

  private static MockServerWebExchange of(String name, String value) {
    return MockServerWebExchange.from(
        MockServerHttpRequest.get("/").cookie(new HttpCookie(name, value)));
  }
}
