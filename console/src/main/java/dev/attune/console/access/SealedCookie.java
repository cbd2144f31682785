package dev.attune.console.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import org.springframework.http.HttpCookie;
import org.springframework.http.ResponseCookie;
import org.springframework.security.crypto.encrypt.BytesEncryptor;
import org.springframework.web.server.ServerWebExchange;

/**
 * A text that a browser keeps for the console for a while, and that only a replica with the same
 * key can read or write: Base64url of the sealed end (milliseconds since 1970) and text.
 */
final class SealedCookie {
  /**
   * Where a cookie is sent, and for how long it counts.
   *
   * @param sameSite Strict; Lax where the browser comes from the provider
   */
  record Kind(String name, String path, String sameSite, Duration lifetime) {}

  /** What browsers keep is 4096 bytes with name and attributes. */
  private static final int LONGEST = 3800;

  private final Kind kind;
  private final boolean secure;
  private final BytesEncryptor seal;
  private final InstantSource clock;

  SealedCookie(Kind kind, boolean secure, SessionKey key, InstantSource clock) {
    this.kind = kind;
    this.secure = secure;
    this.seal = key.seal(kind.name);
    this.clock = clock;
  }

  /** Does nothing with a text that is too long for a cookie. */
  void set(ServerWebExchange exchange, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long end = clock.instant().plus(kind.lifetime).toEpochMilli();
    byte[] whole = ByteBuffer.allocate(Long.BYTES + bytes.length).putLong(end).put(bytes).array();
    String value = Base64.getUrlEncoder().withoutPadding().encodeToString(seal.encrypt(whole));
    if (value.length() <= LONGEST) {
      add(exchange, value, kind.lifetime);
    }
  }

  void remove(ServerWebExchange exchange) {
    add(exchange, "", Duration.ZERO);
  }

  /** Empty: there is none, it is over, or not one of ours. */
  Optional<String> read(ServerWebExchange exchange) {
    HttpCookie cookie = exchange.getRequest().getCookies().getFirst(kind.name);
    return Optional.ofNullable(cookie).flatMap(found -> open(found.getValue()));
  }

  private Optional<String> open(String value) {
    try {
      var whole = ByteBuffer.wrap(seal.decrypt(Base64.getUrlDecoder().decode(value)));
      return clock.millis() < whole.getLong()
          ? Optional.of(StandardCharsets.UTF_8.decode(whole).toString())
          : Optional.empty();
    } catch (RuntimeException e) {
      return Optional.empty(); // each layer says in a way of its own that it isn't ours
    }
  }

  private void add(ServerWebExchange exchange, String value, Duration age) {
    exchange
        .getResponse()
        .addCookie(
            ResponseCookie.from(kind.name, value)
                .path(kind.path)
                .maxAge(age)
                .httpOnly(true)
                .sameSite(kind.sameSite)
                .secure(secure)
                .build());
  }
}
