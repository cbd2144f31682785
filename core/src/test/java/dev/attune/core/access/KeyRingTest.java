package dev.attune.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.access.AccessKey.Role;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {
  private static final AccessKey WEB =
      AccessKey.of("web", Role.WRITE, KeyRing.hash("w"), List.of("https://shop.example"));
  private static final AccessKey SERVER =
      AccessKey.of("server", Role.SECRET, KeyRing.hash("s"), List.of());

  private final KeyRing ring = new KeyRing(List.of(WEB, SERVER));

  @Test
  void findsAKeyByWhatItHashesTo() {
    assertThat(ring.find("w")).isEqualTo(WEB);
    assertThat(ring.find("s")).isEqualTo(SERVER);
    assertThat(ring.find("S")).isNull();
    assertThat(ring.find("")).isNull();
    assertThat(ring.find(null)).isNull();
    assertThat(ring.find(WEB.sha256())).isNull();
  }

  @Test
  void hashesAsSha256sumDoes() {
    assertThat(KeyRing.hash("abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void bindsBrowsersToTheKeysOrigins() {
    AccessKey anywhere = AccessKey.of("any", Role.WRITE, KeyRing.hash("a"), List.of("*"));

    assertThat(WEB.allows("https://shop.example")).isTrue();
    assertThat(WEB.allows("https://shop.example.evil")).isFalse();
    assertThat(WEB.allows("http://shop.example")).isFalse();
    assertThat(WEB.allows("null")).isFalse();
    assertThat(WEB.allows(null)).isTrue();
    assertThat(SERVER.allows("https://shop.example")).isFalse();
    assertThat(anywhere.allows("https://elsewhere.example")).isTrue();
  }

  @Test
  void bindsBrowsersToAHostWhateverItsPort() {
    AccessKey local =
        AccessKey.of(
            "local",
            Role.WRITE,
            KeyRing.hash("l"),
            List.of("http://localhost:*", "http://[::1]:*"));

    assertThat(List.of("http://localhost", "http://localhost:5173", "http://[::1]:8080"))
        .allMatch(local::allows);
    assertThat(
            List.of(
                "https://localhost:5173",
                "http://localhost.evil.example",
                "http://localhost:5173.evil.example",
                "http://evil.example:5173",
                "http://localhost:",
                "http://localhost:x",
                "http://localhost:123456",
                "http://[::1]",
                "null"))
        .filteredOn(local::allows)
        .containsExactly("http://[::1]");
  }

  @Test
  void refusesASecretKeyThatBrowsersMightHave() {
    assertThatThrownBy(
            () -> AccessKey.of("s", Role.SECRET, KeyRing.hash("s"), List.of("https://a.example")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("secret key");
  }

  @Test
  void readsTheBearerHeader() {
    assertThat(KeyRing.bearer("Bearer k")).isEqualTo("k");
    assertThat(KeyRing.bearer("bearer  k ")).isEqualTo("k");
    assertThat(KeyRing.bearer("Basic k")).isNull();
    assertThat(KeyRing.bearer(null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "abc", "zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"})
  void refusesWhatIsNoHash(String hash) {
    assertThatThrownBy(() -> AccessKey.of("k", Role.WRITE, hash, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64 hex digits");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop.example",
        "https://shop.example/",
        "https://",
        "",
        "https://a b",
        "https://*",
        "https://*:*",
        "https://shop.example:*:*"
      })
  void refusesWhatIsNoOrigin(String origin) {
    assertThatThrownBy(() -> AccessKey.of("k", Role.WRITE, KeyRing.hash("k"), List.of(origin)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("origin");
  }

  @Test
  void refusesAKeyListedTwice() {
    AccessKey sameHash = AccessKey.of("other", Role.SECRET, WEB.sha256(), List.of());

    assertThatThrownBy(() -> new KeyRing(List.of(WEB, WEB))).hasMessageContaining("twice");
    assertThatThrownBy(() -> new KeyRing(List.of(WEB, sameHash))).hasMessageContaining("twice");
  }
}
