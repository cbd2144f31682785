package dev.attune.console.access;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.client.oidc.web.server.logout.OidcClientInitiatedServerLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ReactiveClientRegistrationRepository;
import org.springframework.security.oauth2.core.oidc.IdTokenClaimNames;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.web.server.WebFilterExchange;
import org.springframework.security.web.server.authentication.logout.RedirectServerLogoutSuccessHandler;
import org.springframework.security.web.server.authentication.logout.ServerLogoutSuccessHandler;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.HtmlUtils;
import reactor.core.publisher.Mono;

/**
 * Signs out at the provider, too (OpenID Connect RP-Initiated Logout), where it can be done there.
 * The provider wants to see its ID token again: it waits in a sealed cookie that browsers send
 * nowhere else. One that is too long for a cookie isn't kept; then only the console's session ends.
 */
final class OidcSignOut implements ServerLogoutSuccessHandler {
  private static final String PATH = "/logout";

  private final ServerLogoutSuccessHandler here = new RedirectServerLogoutSuccessHandler();
  private final OidcClientInitiatedServerLogoutSuccessHandler there;
  private final SealedCookie idToken;

  OidcSignOut(
      OidcSettings settings, ReactiveClientRegistrationRepository provider, SealedCookie idToken) {
    this.idToken = idToken;
    this.there = new OidcClientInitiatedServerLogoutSuccessHandler(provider);
    there.setPostLogoutRedirectUri(
        (settings.consoleUrl().isEmpty() ? "{baseUrl}" : settings.consoleUrl())
            + AccessConfiguration.SIGN_IN);
    there.setRedirectStrategy(OidcSignOut::goOn);
  }

  static SealedCookie.Kind cookie(AccessSettings settings) {
    return new SealedCookie.Kind(
        "attune-console-id-token", PATH, "Strict", settings.session().lifetime());
  }

  void remember(ServerWebExchange exchange, Authentication who) {
    if (who.getPrincipal() instanceof OidcPerson person) {
      idToken.set(exchange, person.getIdToken().getTokenValue());
    }
  }

  @Override
  public Mono<Void> onLogoutSuccess(WebFilterExchange at, Authentication who) {
    ServerWebExchange exchange = at.getExchange();
    return idToken
        .read(exchange)
        .map(
            token -> {
              idToken.remove(exchange);
              return there
                  .onLogoutSuccess(at, person(token))
                  .onErrorResume(SignInRefusal.class, _ -> here.onLogoutSuccess(at, who));
            })
        .orElseGet(() -> here.onLogoutSuccess(at, who));
  }

  /** As whom Spring's handler takes the token; it looks at nothing else. */
  private static Authentication person(String token) {
    var known = new OidcIdToken(token, null, null, Map.of(IdTokenClaimNames.SUB, "somebody"));
    return new OAuth2AuthenticationToken(
        new DefaultOidcUser(List.of(), known), List.of(), OidcRegistrations.ID);
  }

  /**
   * By a page: the browser sent a form, which the content security policy lets go nowhere else, not
   * even by a redirect.
   */
  private static Mono<Void> goOn(ServerWebExchange exchange, URI provider) {
    ServerHttpResponse response = exchange.getResponse();
    String page =
        """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta http-equiv="refresh" content="0; url=%1$s">
        <title>Attune: sign out</title>
        <p><a href="%1$s">Sign out at the provider, too</a></p>
        </html>
        """
            .formatted(HtmlUtils.htmlEscape(provider.toString()));
    response.setStatusCode(HttpStatus.OK);
    response
        .getHeaders()
        .setContentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8));
    DataBuffer body = response.bufferFactory().wrap(page.getBytes(StandardCharsets.UTF_8));
    return response.writeWith(Mono.just(body));
  }
}
