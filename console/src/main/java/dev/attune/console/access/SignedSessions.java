package dev.attune.console.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
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
 * anything. The name is in Base64url, the end in milliseconds since 1970, the signature HMAC-SHA256
 * over all that tells who it is.
 *
 * <p>{@code name.end.signature} of a user of the settings, signed with the password hash: the
 * session ends by itself, by a changed password, and when the user is no longer named there; what a
 * user may do is read from the settings each time. Who still works when half of it is over gets a
 * new one.
 *
 * <p>{@code name.end.signature.role} of a person whom the provider named, signed with the settings
 * that gave the role. Nobody asks the provider again meanwhile, so that session is not made longer:
 * who lost the role there has it here for the session's lifetime at most.
 */
final class SignedSessions implements ServerSecurityContextRepository {
  static final String COOKIE = "attune-console";

  /** Of a request that is in a session: when that ends, milliseconds since 1970. */
  static final String END = SignedSessions.class.getName() + ".end";

  private final AccessSettings settings;
  private final SessionKey key;
  private final InstantSource clock;

  SignedSessions(AccessSettings settings, SessionKey key, InstantSource clock) {
    this.settings = settings;
    this.key = key;
    this.clock = clock;
  }

  /**
   * @param signed all that the signature is over beside the end, a line each
   */
  private record Person(String name, AccessSettings.Role role, boolean isLocal, String signed) {}

  private Optional<Person> local(String name) {
    return settings
        .user(name)
        .map(user -> new Person(user.name(), user.role(), true, user.passwordHash()));
  }

  private Optional<Person> ofProvider(String name, AccessSettings.Role role) {
    OidcSettings oidc = settings.oidc();
    return oidc.enabled() && !settings.hasUserLike(name)
        ? Optional.of(new Person(name, role, false, lines("oidc " + role, oidc.meaning())))
        : Optional.empty();
  }

  private static String lines(String... all) {
    return String.join("\n", all);
  }

  @Override
  public Mono<Void> save(ServerWebExchange exchange, @Nullable SecurityContext context) {
    return Mono.fromRunnable(
        () -> {
          Authentication who = context == null ? null : context.getAuthentication();
          if (who == null) {
            set(exchange, "", Duration.ZERO);
          } else {
            person(who).ifPresent(person -> begin(exchange, person));
          }
        });
  }

  private Optional<Person> person(Authentication who) {
    return who.getPrincipal() instanceof OidcPerson person
        ? ofProvider(person.name(), person.role())
        : local(who.getName());
  }

  @Override
  public Mono<SecurityContext> load(ServerWebExchange exchange) {
    HttpCookie cookie = exchange.getRequest().getCookies().getFirst(COOKIE);
    return Mono.justOrEmpty(cookie)
        .flatMap(found -> Mono.justOrEmpty(read(found.getValue())))
        .map(
            session -> {
              Duration left = Duration.ofMillis(session.end - clock.millis());
              Duration half = settings.session().lifetime().dividedBy(2);
              boolean isRenewed = session.person.isLocal && left.compareTo(half) < 0;
              long end = isRenewed ? begin(exchange, session.person) : session.end;
              exchange.getAttributes().put(END, end);
              return new SecurityContextImpl(signedIn(session.person));
            });
  }

  private static Authentication signedIn(Person person) {
    return UsernamePasswordAuthenticationToken.authenticated(
        person.name, null, List.of(new SimpleGrantedAuthority("ROLE_" + person.role)));
  }

  private record Session(Person person, long end) {}

  private Optional<Session> read(String cookie) {
    String[] parts = cookie.split("\\.", -1);
    if (parts.length != 3 && parts.length != 4) {
      return Optional.empty();
    }
    try {
      String name = new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8);
      long end = Long.parseLong(parts[1]);
      byte[] signature = Base64.getUrlDecoder().decode(parts[2]);
      Optional<Person> person =
          parts.length == 3 ? local(name) : ofProvider(name, AccessSettings.Role.valueOf(parts[3]));
      return person
          .filter(found -> MessageDigest.isEqual(signature, sign(found, end)))
          .filter(_ -> clock.millis() < end)
          .map(found -> new Session(found, end));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not one of ours
    }
  }

  /** Tells when it ends. */
  private long begin(ServerWebExchange exchange, Person person) {
    Duration lifetime = settings.session().lifetime();
    long end = clock.instant().plus(lifetime).toEpochMilli();
    String value =
        encoded(person.name.getBytes(StandardCharsets.UTF_8))
            + "."
            + end
            + "."
            + encoded(sign(person, end));
    set(exchange, person.isLocal ? value : value + "." + person.role, lifetime);
    return end;
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

  private byte[] sign(Person person, long end) {
    // no name has a line's end, and no password hash is like a line of the other kind
    return key.sign(lines(person.name, String.valueOf(end), person.signed));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
