package dev.attune.console.access;

import dev.attune.console.access.AccessSettings.Role;
import dev.attune.console.access.SignInRefusal.Reason;
import java.util.Collections;
import java.util.List;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcReactiveOAuth2UserService;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.userinfo.ReactiveOAuth2UserService;
import org.springframework.security.oauth2.core.oidc.StandardClaimNames;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import reactor.core.publisher.Mono;

/**
 * Who somebody is whom the provider proved to know, by the claims of the ID token and of the
 * provider's page about its users. Refuses whoever has no role here, no name that can be told from
 * another, or the name of one of the console's own users.
 */
final class OidcPeople implements ReactiveOAuth2UserService<OidcUserRequest, OidcUser> {
  /** A name stands in the session's cookie and in the audit log. */
  private static final int LONGEST = 128;

  private final ReactiveOAuth2UserService<OidcUserRequest, OidcUser> provider =
      new OidcReactiveOAuth2UserService();
  private final AccessSettings settings;

  OidcPeople(AccessSettings settings) {
    this.settings = settings;
  }

  @Override
  public Mono<OidcUser> loadUser(OidcUserRequest request) {
    return provider
        .loadUser(request)
        .map(
            user -> {
              var claims = new OidcClaims(user.getClaims());
              String name = name(claims);
              return new OidcPerson(name, role(name, claims), user);
            });
  }

  /**
   * @throws SignInRefusal when nobody can be called so
   */
  String name(OidcClaims claims) {
    String claim = settings.oidc().nameClaim();
    String name = claims.text(claim).map(String::strip).orElse("");
    if (name.isEmpty()
        || name.length() > LONGEST
        || name.codePoints().anyMatch(OidcPeople::hides)) {
      throw SignInRefusal.of(Reason.NAME);
    }
    if (claim.equals(StandardClaimNames.EMAIL)
        && Boolean.FALSE.equals(claims.all().get(StandardClaimNames.EMAIL_VERIFIED))) {
      throw SignInRefusal.of(Reason.UNVERIFIED);
    }
    if (settings.hasUserLike(name)) {
      throw SignInRefusal.of(Reason.LOCAL, name);
    }
    return name;
  }

  /** What isn't seen, or ends a line: two names that look the same. */
  private static boolean hides(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      case Character.SPACE_SEPARATOR -> character != ' ';
      default -> false;
    };
  }

  /**
   * @throws SignInRefusal when none of the roles opens the console
   */
  Role role(String name, OidcClaims claims) {
    OidcSettings oidc = settings.oidc();
    List<String> roles = claims.texts(oidc.rolesClaim());
    if (!Collections.disjoint(roles, oidc.editorRoles())) {
      return Role.EDITOR;
    }
    if (!Collections.disjoint(roles, oidc.viewerRoles())) {
      return Role.VIEWER;
    }
    throw SignInRefusal.of(Reason.ROLE, name);
  }
}
