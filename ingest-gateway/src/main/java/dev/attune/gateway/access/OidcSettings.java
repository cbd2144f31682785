package dev.attune.gateway.access;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Bearer tokens of an OpenID provider, for servers that have an identity there instead of a secret
 * key. Off until an issuer is set.
 *
 * @param issuer whose tokens are taken; the {@code iss} claim must equal it; empty: no tokens
 * @param jwksUri where its public keys are; read again when a token names a key not seen before
 * @param audience that the {@code aud} claim must hold: a token made for another service must not
 *     open this one
 * @param clockSkew how far the provider's clock may be off; more would keep expired tokens alive
 * @param timeout of reading the keys; short, since requests wait for it
 */
@ConfigurationProperties("attune.oidc")
public record OidcSettings(
    @Nullable String issuer,
    @Nullable URI jwksUri,
    @Nullable String audience,
    @DefaultValue("30s") Duration clockSkew,
    @DefaultValue("2s") Duration timeout) {
  public OidcSettings {
    issuer = blankToNull(issuer);
    audience = blankToNull(audience);
    jwksUri = jwksUri == null || jwksUri.toString().isBlank() ? null : jwksUri;
    if (issuer != null || audience != null || jwksUri != null) {
      Assert.isTrue(
          issuer != null && audience != null, "attune.oidc.issuer and audience belong together");
      Assert.isTrue(
          jwksUri != null && isHttp(jwksUri), "attune.oidc.jwks-uri must be an http or https URL");
    }
    Assert.isTrue(!clockSkew.isNegative(), "attune.oidc.clock-skew must not be negative");
    Assert.isTrue(
        clockSkew.compareTo(Duration.ofMinutes(5)) <= 0,
        "attune.oidc.clock-skew must be at most 5m");
    Assert.isTrue(timeout.toMillis() > 0, "attune.oidc.timeout must be positive");
  }

  boolean enabled() {
    return issuer != null;
  }

  private static @Nullable String blankToNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }

  private static boolean isHttp(URI uri) {
    return uri.getScheme() != null && uri.getScheme().startsWith("http") && uri.getHost() != null;
  }
}
