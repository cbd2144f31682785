package dev.attune.console.access;

import java.time.InstantSource;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.endpoint.WebClientReactiveAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.oidc.authentication.OidcAuthorizationCodeReactiveAuthenticationManager;
import org.springframework.security.oauth2.client.oidc.authentication.ReactiveOidcIdTokenDecoderFactory;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.web.server.ServerOAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The way to the OpenID provider and back: Spring's authorization code flow with PKCE, state and
 * nonce. What it would keep in a server's session is in cookies here ({@link OidcRequests}, {@link
 * SignedSessions}); the provider's access token is not kept.
 */
final class OidcLogin {
  private final AccessSettings settings;
  private final OidcRegistrations provider;
  private final OidcRequests requests;
  private final OidcSignOut signOut;
  private final OidcSignIns signIns;

  OidcLogin(
      AccessSettings settings,
      SessionKey key,
      InstantSource clock,
      SignInAttempts attempts,
      SignInOutcomes outcomes) {
    this.settings = settings;
    this.provider = new OidcRegistrations(settings.oidc());
    this.requests = new OidcRequests(settings, key, clock);
    var idToken =
        new SealedCookie(
            OidcSignOut.cookie(settings), settings.session().secureCookie(), key, clock);
    this.signOut = new OidcSignOut(settings.oidc(), provider, idToken);
    this.signIns = new OidcSignIns(attempts, outcomes, signOut);
  }

  void addTo(ServerHttpSecurity http, SignedSessions sessions) {
    http.addFilterBefore(signIns, SecurityWebFiltersOrder.HTTP_BASIC)
        .oauth2Login(
            login ->
                login
                    .loginPage(AccessConfiguration.SIGN_IN)
                    .clientRegistrationRepository(provider)
                    .authorizationRequestRepository(requests)
                    .authorizedClientRepository(new NoClients())
                    .authenticationManager(manager())
                    .securityContextRepository(sessions)
                    .authenticationSuccessHandler(signIns)
                    .authenticationFailureHandler(signIns))
        .logout(logout -> logout.logoutSuccessHandler(signOut));
    provider.look();
  }

  private ReactiveAuthenticationManager manager() {
    var manager =
        new OidcAuthorizationCodeReactiveAuthenticationManager(
            new WebClientReactiveAuthorizationCodeTokenResponseClient(), new OidcPeople(settings));
    var decoders = new ReactiveOidcIdTokenDecoderFactory();
    decoders.setJwsAlgorithmResolver(OidcLogin::algorithm);
    manager.setJwtDecoderFactory(decoders);
    return who ->
        manager
            .authenticate(who)
            .timeout(settings.oidc().timeout())
            .onErrorMap(
                failure -> !(failure instanceof AuthenticationException), OidcSignIns::unanswered);
  }

  /** RS256 unless the provider has others only. */
  private static SignatureAlgorithm algorithm(ClientRegistration provider) {
    Object known =
        provider
            .getProviderDetails()
            .getConfigurationMetadata()
            .get("id_token_signing_alg_values_supported");
    if (!(known instanceof Iterable<?> names)) {
      return SignatureAlgorithm.RS256;
    }
    SignatureAlgorithm first = null;
    for (Object name : names) {
      SignatureAlgorithm algorithm = SignatureAlgorithm.from(String.valueOf(name));
      if (algorithm == SignatureAlgorithm.RS256) {
        return algorithm;
      }
      first = first == null ? algorithm : first;
    }
    return first == null ? SignatureAlgorithm.RS256 : first;
  }

  /** The console asks the provider nothing in a person's name. */
  private static final class NoClients implements ServerOAuth2AuthorizedClientRepository {
    @Override
    public <T extends OAuth2AuthorizedClient> Mono<T> loadAuthorizedClient(
        String id, Authentication who, ServerWebExchange exchange) {
      return Mono.empty();
    }

    @Override
    public Mono<Void> saveAuthorizedClient(
        OAuth2AuthorizedClient client, Authentication who, ServerWebExchange exchange) {
      return Mono.empty();
    }

    @Override
    public Mono<Void> removeAuthorizedClient(
        String id, Authentication who, ServerWebExchange exchange) {
      return Mono.empty();
    }
  }
}
