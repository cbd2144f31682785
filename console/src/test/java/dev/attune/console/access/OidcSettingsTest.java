package dev.attune.console.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class OidcSettingsTest {
  private static final Map<String, String> LEAST =
      Map.of(
          "issuer", "https://login.example.com",
          "client-id", "console",
          "editor-roles", "ops");

  @Test
  void isOffByDefault() {
    assertThat(bind(Map.of()).enabled()).isFalse();
  }

  @Test
  void hasDefaultsForAllThatProvidersHaveInCommon() {
    OidcSettings settings = bind(LEAST);

    assertThat(settings.enabled()).isTrue();
    assertThat(settings.scopes()).containsExactly("openid", "profile", "email");
    assertThat(settings.nameClaim()).isEqualTo("preferred_username");
    assertThat(settings.rolesClaim()).isEqualTo("groups");
    assertThat(settings.label()).isEqualTo("single sign-on");
    assertThat(settings.consoleUrl()).isEmpty();
    assertThat(settings.secret()).isEmpty();
    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void mapsEveryName() {
    OidcSettings settings =
        bind(
            Map.ofEntries(
                Map.entry("issuer", "http://localhost:9000/realms/shop"),
                Map.entry("client-id", "console"),
                Map.entry("client-secret", "s3cret"),
                Map.entry("scopes", "openid,roles"),
                Map.entry("name-claim", "email"),
                Map.entry("roles-claim", "realm_access.roles"),
                Map.entry("editor-roles", "ops,leads"),
                Map.entry("viewer-roles", "staff"),
                Map.entry("label", "Shop"),
                Map.entry("console-url", "https://console.example.com"),
                Map.entry("timeout", "3s")));

    assertThat(settings.issuer()).isEqualTo("http://localhost:9000/realms/shop");
    assertThat(settings.clientId()).isEqualTo("console");
    assertThat(settings.secret()).isEqualTo("s3cret");
    assertThat(settings.scopes()).containsExactly("openid", "roles");
    assertThat(settings.nameClaim()).isEqualTo("email");
    assertThat(settings.rolesClaim()).isEqualTo("realm_access.roles");
    assertThat(settings.editorRoles()).containsExactly("ops", "leads");
    assertThat(settings.viewerRoles()).containsExactly("staff");
    assertThat(settings.label()).isEqualTo("Shop");
    assertThat(settings.consoleUrl()).isEqualTo("https://console.example.com");
    assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.toString()).doesNotContain("s3cret");
  }

  @Test
  void readsASecretFromAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "of a file\n");

    assertThat(bind(with("client-secret-file", file.toString())).secret()).isEqualTo("of a file");
  }

  @ParameterizedTest
  @CsvSource({
    "issuer, login.example.com, issuer must be an https URL",
    "issuer, http://login.example.com, issuer must be an https URL",
    "issuer, https://login.example.com?realm=shop, issuer must be an https URL",
    "issuer, https://login example com, issuer must be an https URL",
    "client-id, '', client-id must be set",
    "client-secret-file, /no/such/file, client-secret-file can't be read",
    "scopes, profile, scopes must have openid among them",
    "name-claim, '', name-claim must not be blank",
    "roles-claim, '', roles-claim must not be blank",
    "editor-roles, '', editor-roles or viewer-roles must be set",
    "label, '', label must not be blank",
    "console-url, console.example.com, console-url must be like https://console.example.com",
    "console-url, https://example.com/console, console-url must be like"
        + " https://console.example.com",
    "timeout, 0s, timeout must be positive",
    "timeout, 2m, timeout must be positive and at most 1m"
  })
  void refuses(String name, String value, String message) {
    assertThatThrownBy(() -> bind(with(name, value)))
        .rootCause()
        .hasMessageStartingWith("attune.console.oidc." + message);
  }

  @Test
  void refusesASecretTwice(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "of a file");
    var both = new HashMap<>(with("client-secret-file", file.toString()));
    both.put("client-secret", "of a setting");

    assertThatThrownBy(() -> bind(both))
        .rootCause()
        .hasMessage(
            "attune.console.oidc.client-secret and client-secret-file say the same: one of them");
  }

  /** A misspelt issuer would leave the console without the door that was meant. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "client-id",
        "client-secret",
        "client-secret-file",
        "editor-roles",
        "viewer-roles"
      })
  void refusesTheRestWithoutAnIssuer(String name) {
    assertThatThrownBy(() -> bind(Map.of(name, "x")))
        .rootCause()
        .hasMessage("attune.console.oidc.issuer must be set, since other settings of it are");
  }

  private static Map<String, String> with(String name, String value) {
    var all = new HashMap<>(LEAST);
    all.put(name, value);
    return all;
  }

  private static OidcSettings bind(Map<String, String> own) {
    var properties = new HashMap<String, String>();
    own.forEach((name, value) -> properties.put("attune.console.oidc." + name, value));
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("attune.console.oidc", OidcSettings.class);
  }
}
