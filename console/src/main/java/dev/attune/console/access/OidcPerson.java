package dev.attune.console.access;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.OidcUserInfo;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;

/** Somebody whom the provider named, as the console knows people. */
record OidcPerson(String name, AccessSettings.Role role, OidcUser provided) implements OidcUser {
  @Override
  public String getName() {
    return name;
  }

  @Override
  public Collection<? extends GrantedAuthority> getAuthorities() {
    return List.of(new SimpleGrantedAuthority("ROLE_" + role));
  }

  @Override
  public Map<String, Object> getClaims() {
    return provided.getClaims();
  }

  @Override
  public Map<String, Object> getAttributes() {
    return provided.getAttributes();
  }

  @Override
  public @Nullable OidcUserInfo getUserInfo() {
    return provided.getUserInfo();
  }

  @Override
  public OidcIdToken getIdToken() {
    return provided.getIdToken();
  }
}
