package dev.attune.console.access;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.springframework.security.oauth2.client.web.server.ServerAuthorizationRequestRepository;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.core.endpoint.PkceParameterNames;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * With what a browser was sent to the provider, in a sealed cookie until it comes back: any replica
 * with the same key takes it in. One sign-in at a time is on its way in a browser; a later one
 * takes the place of an earlier one.
 */
final class OidcRequests
    implements ServerAuthorizationRequestRepository<OAuth2AuthorizationRequest> {
  /** Lax, since the browser comes back from another site. A person finds a password meanwhile. */
  static final SealedCookie.Kind COOKIE =
      new SealedCookie.Kind(
          "attune-console-oidc", "/login/oauth2/code", "Lax", Duration.ofMinutes(10));

  private final OidcSettings settings;
  private final SealedCookie cookie;

  OidcRequests(AccessSettings settings, SessionKey key, InstantSource clock) {
    this.settings = settings.oidc();
    this.cookie = new SealedCookie(COOKIE, settings.session().secureCookie(), key, clock);
  }

  /** What the settings don't say. */
  private record OnItsWay(
      String provider, String redirect, String state, String nonce, String verifier) {
    static OnItsWay of(OAuth2AuthorizationRequest request) {
      return new OnItsWay(
          request.getAuthorizationUri(),
          Objects.requireNonNull(request.getRedirectUri()),
          Objects.requireNonNull(request.getState()),
          Objects.requireNonNull(request.<String>getAttribute(OidcParameterNames.NONCE)),
          Objects.requireNonNull(request.<String>getAttribute(PkceParameterNames.CODE_VERIFIER)));
    }

    OAuth2AuthorizationRequest request(OidcSettings settings) {
      return OAuth2AuthorizationRequest.authorizationCode()
          .authorizationUri(provider)
          .clientId(settings.clientId())
          .redirectUri(redirect)
          .scopes(Set.copyOf(settings.scopes()))
          .state(state)
          .attributes(
              Map.of(
                  OAuth2ParameterNames.REGISTRATION_ID,
                  OidcRegistrations.ID,
                  OidcParameterNames.NONCE,
                  nonce,
                  PkceParameterNames.CODE_VERIFIER,
                  verifier))
          .build();
    }
  }

  @Override
  public Mono<Void> saveAuthorizationRequest(
      OAuth2AuthorizationRequest request, ServerWebExchange exchange) {
    return Mono.fromRunnable(
        () -> cookie.set(exchange, JsonMapper.shared().writeValueAsString(OnItsWay.of(request))));
  }

  @Override
  public Mono<OAuth2AuthorizationRequest> loadAuthorizationRequest(ServerWebExchange exchange) {
    String state = exchange.getRequest().getQueryParams().getFirst(OAuth2ParameterNames.STATE);
    Optional<OnItsWay> found =
        cookie
            .read(exchange)
            .map(text -> JsonMapper.shared().readValue(text, OnItsWay.class))
            .filter(onItsWay -> onItsWay.state.equals(state));
    return Mono.justOrEmpty(found.map(onItsWay -> onItsWay.request(settings)));
  }

  /** A state that isn't its own leaves it: whoever forged that one ends no sign-in. */
  @Override
  public Mono<OAuth2AuthorizationRequest> removeAuthorizationRequest(ServerWebExchange exchange) {
    return loadAuthorizationRequest(exchange).doOnNext(_ -> cookie.remove(exchange));
  }
}
