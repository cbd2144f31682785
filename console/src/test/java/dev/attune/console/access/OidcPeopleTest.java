package dev.attune.console.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.console.access.AccessSettings.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

class OidcPeopleTest {
  private static final OidcPeople PEOPLE = people(Map.of());

  private static OidcPeople people(Map<String, String> more) {
    var properties = new HashMap<String, String>();
    properties.put("attune.console.users[0].name", "Vera");
    properties.put("attune.console.users[0].role", "editor");
    properties.put(
        "attune.console.users[0].password-hash",
        String.valueOf(new BCryptPasswordEncoder(4).encode("look")));
    properties.put("attune.console.oidc.issuer", "https://login.example.com");
    properties.put("attune.console.oidc.client-id", "console");
    properties.put("attune.console.oidc.editor-roles", "ops,leads");
    properties.put("attune.console.oidc.viewer-roles", "staff");
    more.forEach((name, value) -> properties.put("attune.console.oidc." + name, value));
    return new OidcPeople(
        new Binder(new MapConfigurationPropertySource(properties))
            .bind("attune.console", AccessSettings.class)
            .get());
  }

  @ParameterizedTest
  @MethodSource
  void rolesOpenTheConsole(Object roles, @Nullable Role expected) {
    assertThat(role(PEOPLE, Map.of("groups", roles)))
        .isEqualTo(expected == null ? "refused: role" : expected.name());
  }

  static Stream<Arguments> rolesOpenTheConsole() {
    return Stream.of(
        Arguments.of(List.of("ops"), Role.EDITOR),
        Arguments.of(List.of("others", "leads"), Role.EDITOR),
        Arguments.of(List.of("staff"), Role.VIEWER),
        Arguments.of(List.of("staff", "ops"), Role.EDITOR),
        Arguments.of("staff", Role.VIEWER),
        Arguments.of(List.of("others"), null),
        Arguments.of(List.of("STAFF"), null),
        Arguments.of(List.of(), null),
        Arguments.of(List.of(1, Map.of("ops", "ops")), null),
        Arguments.of(Map.of("ops", true), null),
        Arguments.of("staff ops", null));
  }

  @Test
  void whoHasNoSuchClaimHasNoRole() {
    assertThat(role(PEOPLE, Map.of())).isEqualTo("refused: role");
  }

  @Test
  void findsRolesInNestedClaims() {
    OidcPeople keycloak = people(Map.of("roles-claim", "resource_access.the.console.roles"));

    Map<String, Object> nested =
        Map.of("resource_access", Map.of("the.console", Map.of("roles", List.of("ops"))));
    assertThat(role(keycloak, nested)).isEqualTo("EDITOR");
    assertThat(role(keycloak, Map.of("resource_access", "ops"))).isEqualTo("refused: role");
    assertThat(role(keycloak, Map.of("resource_access.the.console.roles", "staff")))
        .as("a claim of that very name")
        .isEqualTo("VIEWER");
  }

  @ParameterizedTest
  @MethodSource
  void aNameTellsOnePersonFromAll(String name, String expected) {
    assertThat(name(PEOPLE, Map.of("preferred_username", name))).isEqualTo(expected);
  }

  static Stream<Arguments> aNameTellsOnePersonFromAll() {
    return Stream.of(
        Arguments.of("ed", "ed"),
        Arguments.of(" Ann Lee ", "Ann Lee"),
        Arguments.of("Zo\u00eb", "Zo\u00eb"),
        Arguments.of("", "refused: name"),
        Arguments.of(" ", "refused: name"),
        Arguments.of("x".repeat(129), "refused: name"),
        Arguments.of("e\nd", "refused: name"),
        Arguments.of("e\u200bd", "refused: name"),
        Arguments.of("\u202eed", "refused: name"),
        Arguments.of("ann\u00a0lee", "refused: name"),
        // of a user with a password
        Arguments.of("vera", "refused: local"),
        Arguments.of("VERA ", "refused: local"),
        Arguments.of("\uff36era", "refused: local"));
  }

  @Test
  void nothingTakesThePlaceOfAMissingName() {
    assertThat(name(PEOPLE, Map.of("sub", "1", "email", "ed@example.com")))
        .isEqualTo("refused: name");
    assertThat(name(PEOPLE, Map.of("preferred_username", List.of("ed"))))
        .isEqualTo("refused: name");
  }

  @Test
  void anAddressIsNoNameBeforeTheProviderHasVerifiedIt() {
    OidcPeople byMail = people(Map.of("name-claim", "email"));

    assertThat(name(byMail, Map.of("email", "ed@example.com", "email_verified", true)))
        .isEqualTo("ed@example.com");
    assertThat(name(byMail, Map.of("email", "ed@example.com", "email_verified", false)))
        .isEqualTo("refused: unverified");
    assertThat(name(byMail, Map.of("email", "ed@example.com")))
        .as("of a provider that says nothing of it")
        .isEqualTo("ed@example.com");
  }

  private static String role(OidcPeople people, Map<String, Object> claims) {
    try {
      return people.role("ed", new OidcClaims(claims)).name();
    } catch (SignInRefusal refusal) {
      assertThat(refusal.name()).isEqualTo("ed");
      return "refused: " + refusal.reason().code();
    }
  }

  private static String name(OidcPeople people, Map<String, Object> claims) {
    try {
      return people.name(new OidcClaims(claims));
    } catch (SignInRefusal refusal) {
      return "refused: " + refusal.reason().code();
    }
  }
}
