package dev.attune.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.AccessKey.Role;
import dev.attune.core.access.KeyRing;
import dev.attune.http.Problem;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {
  private static final String SHOP = "https://shop.example";

  @TempDir private Path folder = Path.of("");

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
  void rotatesKeysWithoutARestartAndOutlivesABrokenFile() throws IOException {
    Path file = folder.resolve("keys");
    write(file, "# name role hash\nfirst write " + KeyRing.hash("1") + " *\n", 1);
    ReloadingKeys keys = keys(file);
    assertThat(keys.ring().find("1")).isNotNull();
    assertThat(keys.ring().find("w")).isNotNull();

    write(file, "second secret " + KeyRing.hash("2"), 2);
    await().atMost(Duration.ofSeconds(60)).until(() -> keys.ring().find("2") != null);
    assertThat(keys.ring().find("1")).isNull();

    write(file, "third secret nohash", 3);
    await().during(Duration.ofMillis(300)).until(() -> keys.ring().find("2") != null);
  }

  @Test
  void aBrokenKeysFileStopsTheStartAndNamesTheLine() throws IOException {
    Path file = folder.resolve("keys");
    write(file, "\nonly two", 1);

    assertThatThrownBy(() -> keys(file)).hasMessageContaining("keys:2");
  }

  private static void write(Path file, String text, long second) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.fromMillis(second * 1000));
  }

  private static Authenticator authenticator() throws IOException {
    OidcSettings off = new OidcSettings(null, null, null, Duration.ZERO, Duration.ofSeconds(1));
    return new Authenticator(keys(null), new OidcTokens(off));
  }

  private static ReloadingKeys keys(@Nullable Path file) throws IOException {
    return new ReloadingKeys(
        new AccessSettings(
            List.of(
                new AccessKey("web", Role.WRITE, KeyRing.hash("w"), List.of(SHOP)),
                new AccessKey("server", Role.SECRET, KeyRing.hash("s"), List.of())),
            file,
            Duration.ofMillis(100)));
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
