package dev.attune.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.AccessKey.Role;
import dev.attune.core.access.Expiry;
import dev.attune.core.access.KeyRing;
import dev.attune.core.access.LiveKeys;
import dev.attune.core.access.Scope;
import dev.attune.core.access.UserSignature;
import dev.attune.http.Problem;
import dev.attune.kafka.audit.KeySettings;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccessTest {
  private static final String SHOP = "https://shop.example";
  private static final String SECRET = "sixteen-letters-1";

  @Test
  void knowsAKeyByHeaderAndAWriteKeyByQueryToo() throws IOException {
    Authenticator authenticator = authenticator();

    assertThat(status(authenticator, request("Bearer w", null, null))).isEqualTo(200);
    assertThat(status(authenticator, request("Bearer s", null, null))).isEqualTo(200);
    assertThat(status(authenticator, request(null, "a=b&key=w", null))).isEqualTo(200);
    assertThat(status(authenticator, request(null, "key=s", null))).isEqualTo(401);
    assertThat(status(authenticator, request(null, "key=%zz", null))).isEqualTo(401);
    assertThat(status(authenticator, request("Basic w", "key=w", null))).isEqualTo(401);
    assertThat(status(authenticator, request(null, null, null))).isEqualTo(401);
  }

  @Test
  void bindsBrowsersToTheOriginsOfTheKey() throws IOException {
    Authenticator authenticator = authenticator();

    assertThat(status(authenticator, request("Bearer w", null, SHOP))).isEqualTo(200);
    assertThat(status(authenticator, request("Bearer w", null, "https://evil.example")))
        .isEqualTo(403);
    assertThat(status(authenticator, request("Bearer s", null, SHOP))).isEqualTo(403);
  }

  @Test
  void aKeyThatMustProveItsUserIsAskedForASignatureThatCouldBeOne() throws IOException {
    Authenticator authenticator = authenticator();
    Instant now = Instant.now();
    String good = UserSignature.sign(SECRET, "u-1", now.plusSeconds(60));
    String expired = UserSignature.sign(SECRET, "u-1", now.minusSeconds(60));

    assertThat(status(authenticator, request("Bearer p", null, null))).isEqualTo(403);
    assertThat(status(authenticator, request(null, "key=p", null))).isEqualTo(403);
    assertThat(status(authenticator, signed("nonsense"))).isEqualTo(403);
    assertThat(status(authenticator, signed(expired))).isEqualTo(403);
    assertThat(status(authenticator, signed(good))).isEqualTo(200);
  }

  @Test
  void aKeyThatMustProveItsUserStopsTheStartWhereNoSecretIs() {
    AccessKey key = AccessKey.of("proven", Role.WRITE_SIGNED, KeyRing.hash("p"), List.of());
    KeySettings settings = new KeySettings(List.of(key), null, Duration.ofSeconds(5));
    IdentitySettings nothing = new IdentitySettings(List.of());

    assertThatThrownBy(
            () -> new AccessConfiguration().keys(settings, nothing, InstantSource.system()))
        .hasMessage("key proven: role write-signed needs attune.identity-secrets");
  }

  @Test
  void aKeyThatHasExpiredIsToldSo() throws IOException {
    Call call = request("Bearer o", null, null);

    assertThatThrownBy(() -> authenticator().authenticate(call.uri, call.headers))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(401))
        .hasMessageContaining("This key expired at 2026-01-01T00:00:00Z.");
  }

  @Test
  void aKeyForOtherThingsSendsNoEvents() throws IOException {
    Call call = request("Bearer r", null, null);

    assertThatThrownBy(() -> authenticator().authenticate(call.uri, call.headers))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(403))
        .hasMessageContaining("This key lacks the scope ingest.");
  }

  private static Call signed(String signature) {
    Call call = request("Bearer p", null, SHOP);
    call.headers.set(UserSignature.HEADER, signature);
    return call;
  }

  private static Authenticator authenticator() throws IOException {
    OidcSettings off = new OidcSettings(null, null, null, Duration.ZERO, Duration.ofSeconds(1));
    return new Authenticator(
        keys(), new OidcTokens(off), new UserSignature(List.of(SECRET)), InstantSource.system());
  }

  private static LiveKeys keys() throws IOException {
    return new LiveKeys(
        List.of(
            AccessKey.of("web", Role.WRITE, KeyRing.hash("w"), List.of(SHOP)),
            AccessKey.of("proven", Role.WRITE_SIGNED, KeyRing.hash("p"), List.of(SHOP)),
            AccessKey.of("server", Role.SECRET, KeyRing.hash("s"), List.of()),
            new AccessKey(
                "old",
                Role.SECRET,
                KeyRing.hash("o"),
                List.of(),
                Set.of(),
                Expiry.of("2026-01-01T00:00:00Z")),
            new AccessKey(
                "reader", Role.SECRET, KeyRing.hash("r"), List.of(), Set.of(Scope.READ), null)),
        null,
        Duration.ofMillis(100),
        InstantSource.system(),
        _ -> {});
  }

  private record Call(String uri, HttpHeaders headers) {}

  private static int status(Authenticator authenticator, Call call) {
    try {
      authenticator.authenticate(call.uri, call.headers);
      return 200;
    } catch (Problem problem) {
      return problem.status();
    }
  }

  private static Call request(
      @Nullable String authorization, @Nullable String query, @Nullable String origin) {
    HttpHeaders headers = new DefaultHttpHeaders();
    if (authorization != null) {
      headers.set("Authorization", authorization);
    }
    if (origin != null) {
      headers.set("Origin", origin);
    }
    return new Call(query == null ? "/v1/events" : "/v1/events?" + query, headers);
  }
}
