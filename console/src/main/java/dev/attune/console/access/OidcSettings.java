package dev.attune.console.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * People who sign in with an OpenID provider. Off until an issuer is set.
 *
 * @param issuer the provider, written as its own discovery document writes it, such as {@code
 *     https://login.example.com/realms/shop}; empty: nobody signs in this way
 * @param clientId by which the provider knows the console
 * @param clientSecret what the console proves it with; without one the provider must know it as a
 *     public client
 * @param clientSecretFile instead: a file with the secret alone, such as a mounted one; white space
 *     around it doesn't count
 * @param scopes what the provider is asked for; {@code openid} must be among them
 * @param nameClaim the claim that names a person in the console and in its audit log; dots lead
 *     into nested claims. Nothing takes its place: a person without it is refused, or one would
 *     have two names
 * @param rolesClaim the claim that lists a person's roles or groups, such as Keycloak's {@code
 *     realm_access.roles}; dots lead into nested claims
 * @param editorRoles values of the roles claim, each of which makes an editor
 * @param viewerRoles values of the roles claim, each of which makes a viewer; who has none of
 *     either is refused
 * @param label what stands on the button behind "Sign in with"
 * @param consoleUrl where browsers reach the console, such as {@code https://console.example.com};
 *     empty: the address that the browser asked, which behind a proxy may be another one
 * @param timeout of one look at the provider's own settings, and of all that a sign-in asks it
 */
record OidcSettings(
    @DefaultValue("") String issuer,
    @DefaultValue("") String clientId,
    @DefaultValue("") String clientSecret,
    @DefaultValue("") String clientSecretFile,
    @DefaultValue({"openid", "profile", "email"}) List<String> scopes,
    @DefaultValue("preferred_username") String nameClaim,
    @DefaultValue("groups") String rolesClaim,
    @DefaultValue List<String> editorRoles,
    @DefaultValue List<String> viewerRoles,
    @DefaultValue("single sign-on") String label,
    @DefaultValue("") String consoleUrl,
    @DefaultValue("10s") Duration timeout) {
  private static final String PREFIX = "attune.console.oidc.";
  private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "[::1]");

  OidcSettings {
    scopes = List.copyOf(scopes);
    editorRoles = List.copyOf(editorRoles);
    viewerRoles = List.copyOf(viewerRoles);
    if (issuer.isEmpty()) {
      boolean nothing =
          clientId.isEmpty()
              && clientSecret.isEmpty()
              && clientSecretFile.isEmpty()
              && editorRoles.isEmpty()
              && viewerRoles.isEmpty();
      Assert.isTrue(nothing, PREFIX + "issuer must be set, since other settings of it are");
    } else {
      checkProvider(issuer, clientId, clientSecret, clientSecretFile, scopes);
      checkPeople(nameClaim, rolesClaim, editorRoles, viewerRoles);
      Assert.isTrue(!label.isBlank(), PREFIX + "label must not be blank");
      Assert.isTrue(
          consoleUrl.isEmpty() || isWeb(consoleUrl) && consoleUrl.matches("[^/]+//[^/?#]+"),
          PREFIX + "console-url must be like https://console.example.com, not " + consoleUrl);
    }
    Assert.isTrue(
        timeout.toMillis() > 0 && timeout.compareTo(Duration.ofMinutes(1)) <= 0,
        PREFIX + "timeout must be positive and at most 1m");
  }

  private static void checkProvider(
      String issuer, String id, String secret, String file, List<String> scopes) {
    Assert.isTrue(
        isWeb(issuer) && issuer.matches("[^?#]+") && isSafe(URI.create(issuer)),
        PREFIX + "issuer must be an https URL, or an http one of this machine, not " + issuer);
    Assert.isTrue(!id.isBlank(), PREFIX + "client-id must be set");
    Assert.isTrue(
        secret.isEmpty() || file.isEmpty(),
        PREFIX + "client-secret and client-secret-file say the same: one of them");
    Assert.isTrue(
        file.isEmpty() || Files.isReadable(Path.of(file)),
        PREFIX + "client-secret-file can't be read: " + file);
    Assert.isTrue(scopes.contains("openid"), PREFIX + "scopes must have openid among them");
  }

  private static void checkPeople(
      String nameClaim, String rolesClaim, List<String> editors, List<String> viewers) {
    Assert.isTrue(!nameClaim.isBlank(), PREFIX + "name-claim must not be blank");
    Assert.isTrue(!rolesClaim.isBlank(), PREFIX + "roles-claim must not be blank");
    Assert.isTrue(
        !editors.isEmpty() || !viewers.isEmpty(),
        PREFIX + "editor-roles or viewer-roles must be set, or nobody could sign in");
    Assert.isTrue(
        Stream.concat(editors.stream(), viewers.stream()).noneMatch(String::isBlank),
        PREFIX + "editor-roles and viewer-roles must not be blank");
  }

  private static boolean isWeb(String url) {
    try {
      URI uri = URI.create(url);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return http && uri.getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whoever is between could take anybody's place otherwise. */
  private static boolean isSafe(URI uri) {
    return "https".equals(uri.getScheme()) || THIS_MACHINE.contains(uri.getHost());
  }

  boolean enabled() {
    return !issuer.isEmpty();
  }

  /** The secret, empty for a public client; a file is read anew each time. */
  String secret() {
    try {
      return clientSecretFile.isEmpty()
          ? clientSecret
          : Files.readString(Path.of(clientSecretFile)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Who is who: when this changes, the sessions of before end. */
  String meaning() {
    return List.of(issuer, clientId, nameClaim, rolesClaim, editorRoles, viewerRoles).toString();
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "OidcSettings[" + issuer + ", " + clientId + "]";
  }
}
