package dev.attune.console.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.console.access.AccessSettings.Role;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.http.HttpCookie;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;

/** Sessions of people whom the provider named; the others are in {@code SignInIT}. */
class SignedSessionsTest {
  private static final SessionKey KEY = new SessionKey("0123456789abcdef0123456789abcdef");
  private static final String HASH = String.valueOf(new BCryptPasswordEncoder(4).encode("look"));
  private static final Duration LIFETIME = Duration.ofHours(8);

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final InstantSource clock = now::get;
  private final SignedSessions sessions = sessions(Map.of());

  private SignedSessions sessions(Map<String, String> more) {
    var properties = new HashMap<String, String>();
    properties.put("users[0].name", "vera");
    properties.put("users[0].role", "viewer");
    properties.put("users[0].password-hash", HASH);
    properties.put("oidc.issuer", "https://login.example.com");
    properties.put("oidc.client-id", "console");
    properties.put("oidc.editor-roles", "ops");
    properties.put("oidc.viewer-roles", "staff");
    properties.putAll(more);
    var prefixed = new HashMap<String, String>();
    properties.forEach((name, value) -> prefixed.put("attune.console." + name, value));
    AccessSettings settings =
        new Binder(new MapConfigurationPropertySource(prefixed))
            .bind("attune.console", AccessSettings.class)
            .get();
    return new SignedSessions(settings, KEY, clock);
  }

  @Test
  void holdsTheRoleThatTheProviderGave() {
    assertThat(known(sessions, begun("ed", Role.EDITOR))).isEqualTo("ed ROLE_EDITOR");
    assertThat(known(sessions, begun("olga", Role.VIEWER))).isEqualTo("olga ROLE_VIEWER");
  }

  @Test
  void knowsNoOtherRoleOrNameThanTheSignedOne() {
    String olga = begun("olga", Role.VIEWER);
    String ed = begun("ed", Role.EDITOR);

    for (String forged :
        List.of(
            olga.replace(".VIEWER", ".EDITOR"),
            olga.replace(".VIEWER", ""),
            olga.replace(".VIEWER", ".NONE"),
            olga + ".EDITOR",
            ed.substring(0, ed.indexOf('.')) + olga.substring(olga.indexOf('.')))) {
      assertThat(known(sessions, forged)).as(forged).isEqualTo("nobody");
    }
  }

  /** Nobody asks the provider again while it lasts. */
  @Test
  void isNotMadeLongerByUse() {
    String cookie = begun("ed", Role.EDITOR);

    now.set(Instant.EPOCH.plus(LIFETIME).minusMillis(1));
    MockServerWebExchange late = asking(cookie);
    assertThat(sessions.load(late).blockOptional()).isPresent();
    assertThat(late.getResponse().getCookies()).isEmpty();
    assertThat(end(late)).isEqualTo(Instant.EPOCH.plus(LIFETIME));
    now.set(Instant.EPOCH.plus(LIFETIME));
    assertThat(known(sessions, cookie)).isEqualTo("nobody");
  }

  @Test
  void oneWithAPasswordIs() {
    String cookie =
        begun(UsernamePasswordAuthenticationToken.authenticated("vera", null, List.of()));

    now.set(Instant.EPOCH.plus(LIFETIME).minusMillis(1));
    MockServerWebExchange late = asking(cookie);
    assertThat(sessions.load(late).blockOptional()).isPresent();
    assertThat(late.getResponse().getCookies().containsKey(SignedSessions.COOKIE)).isTrue();
    assertThat(end(late)).isEqualTo(clock.instant().plus(LIFETIME));
  }

  @Test
  void endsWithTheSettingsThatGaveTheRole() {
    String cookie = begun("ed", Role.EDITOR);

    assertThat(known(sessions(Map.of("oidc.label", "Shop")), cookie)).isEqualTo("ed ROLE_EDITOR");
    for (Map<String, String> changed :
        List.of(
            Map.of("oidc.editor-roles", "leads"),
            Map.of("oidc.roles-claim", "roles"),
            Map.of("oidc.issuer", "https://login.example.org"),
            Map.of(
                "oidc.issuer",
                "",
                "oidc.client-id",
                "",
                "oidc.editor-roles",
                "",
                "oidc.viewer-roles",
                ""))) {
      assertThat(known(sessions(changed), cookie)).as(changed.toString()).isEqualTo("nobody");
    }
  }

  @Test
  void endsWhenAUserWithAPasswordGetsTheName() {
    String cookie = begun("ed", Role.EDITOR);
    Map<String, String> ed =
        Map.of("users[1].name", "Ed", "users[1].role", "viewer", "users[1].password-hash", HASH);

    assertThat(known(sessions(ed), cookie)).isEqualTo("nobody");
  }

  private String begun(String name, Role role) {
    var token = new OidcIdToken("token", null, null, Map.of("sub", name));
    var person = new OidcPerson(name, role, new DefaultOidcUser(List.of(), token));
    return begun(new OAuth2AuthenticationToken(person, person.getAuthorities(), "oidc"));
  }

  private String begun(Authentication who) {
    var exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));
    sessions.save(exchange, new SecurityContextImpl(who)).block();
    var cookie = exchange.getResponse().getCookies().getFirst(SignedSessions.COOKIE);
    return Objects.requireNonNull(cookie).getValue();
  }

  private static MockServerWebExchange asking(String cookie) {
    return MockServerWebExchange.from(
        MockServerHttpRequest.get("/").cookie(new HttpCookie(SignedSessions.COOKIE, cookie)));
  }

  private static Instant end(MockServerWebExchange exchange) {
    return Instant.ofEpochMilli(exchange.getRequiredAttribute(SignedSessions.END));
  }

  private static String known(SignedSessions sessions, String cookie) {
    return sessions
        .load(asking(cookie))
        .blockOptional()
        .map(context -> Objects.requireNonNull(context.getAuthentication()))
        .map(who -> who.getName() + " " + who.getAuthorities().iterator().next().getAuthority())
        .orElse("nobody");
  }
}
