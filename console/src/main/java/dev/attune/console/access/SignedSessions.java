package dev.attune.console.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpCookie;
import org.springframework.http.ResponseCookie;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.server.context.ServerSecurityContextRepository;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Who has signed in, in a signed cookie: any replica with the same key knows it, and none keeps
 * anything. {@code name.end.signature}, the name in Base64url, the end in milliseconds since 1970,
 * the signature HMAC-SHA256 over both and the user's password hash. So a session ends by itself, by
 * a changed password, and when the user is no longer named in the settings; what a user may do is
 * read from the settings each time. Who still works when half of it is over gets a new one.
 */
final class SignedSessions implements ServerSecurityContextRepository {
  static final String COOKIE = "attune-console";

  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  private final AccessSettings settings;
  private final InstantSource clock;
  private final SecretKeySpec key;

  SignedSessions(AccessSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    String given = settings.session().key();
    this.key =
        new SecretKeySpec(
            given == null ? random() : given.getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  private static byte[] random() {
    byte[] bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  @Override
  public Mono<Void> save(ServerWebExchange exchange, @Nullable SecurityContext context) {
    return Mono.fromRunnable(
        () -> {
          Authentication who = context == null ? null : context.getAuthentication();
          if (who == null) {
            set(exchange, "", Duration.ZERO);
          } else {
            settings.user(who.getName()).ifPresent(user -> begin(exchange, user));
          }
        });
  }

  @Override
  public Mono<SecurityContext> load(ServerWebExchange exchange) {
    HttpCookie cookie = exchange.getRequest().getCookies().getFirst(COOKIE);
    return Mono.justOrEmpty(cookie)
        .flatMap(found -> Mono.justOrEmpty(read(found.getValue())))
        .map(
            session -> {
              Duration left = Duration.ofMillis(session.end - clock.millis());
              if (left.compareTo(settings.session().lifetime().dividedBy(2)) < 0) {
                begin(exchange, session.user);
              }
              return new SecurityContextImpl(signedIn(session.user));
            });
  }

  private static Authentication signedIn(AccessSettings.User user) {
    return UsernamePasswordAuthenticationToken.authenticated(
        user.name(), null, List.of(new SimpleGrantedAuthority("ROLE_" + user.role())));
  }

  private record Session(AccessSettings.User user, long end) {}

  private Optional<Session> read(String cookie) {
    String[] parts = cookie.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      String name = new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8);
      long end = Long.parseLong(parts[1]);
      byte[] signature = Base64.getUrlDecoder().decode(parts[2]);
      return settings
          .user(name)
          .filter(user -> MessageDigest.isEqual(signature, sign(user, end)))
          .filter(_ -> clock.millis() < end)
          .map(user -> new Session(user, end));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not one of ours
    }
  }

  private void begin(ServerWebExchange exchange, AccessSettings.User user) {
    Duration lifetime = settings.session().lifetime();
    long end = clock.instant().plus(lifetime).toEpochMilli();
    String value =
        encoded(user.name().getBytes(StandardCharsets.UTF_8))
            + "."
            + end
            + "."
            + encoded(sign(user, end));
    set(exchange, value, lifetime);
  }

  private void set(ServerWebExchange exchange, String value, Duration age) {
    exchange
        .getResponse()
        .addCookie(
            ResponseCookie.from(COOKIE, value)
                .path("/")
                .maxAge(age)
                .httpOnly(true)
                .sameSite("Strict")
                .secure(settings.session().secureCookie())
                .build());
  }

  private byte[] sign(AccessSettings.User user, long end) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      // no name or hash has a line's end
      String signed = String.join("\n", user.name(), String.valueOf(end), user.passwordHash());
      return mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
