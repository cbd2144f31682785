package dev.attune.console.access;

import dev.attune.console.access.SignInRefusal.Reason;
import java.net.URI;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.web.server.DefaultServerRedirectStrategy;
import org.springframework.security.web.server.ServerRedirectStrategy;
import org.springframework.security.web.server.WebFilterExchange;
import org.springframework.security.web.server.authentication.ServerAuthenticationFailureHandler;
import org.springframework.security.web.server.authentication.ServerAuthenticationSuccessHandler;
import org.springframework.web.reactive.function.client.WebClientException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * What becomes of sign-ins with the provider, and where the browser goes after each: to the sign-in
 * page, which says what went wrong, or goes on to the page that was asked for. It has to be a page
 * of ours that goes on: a browser that comes from another site doesn't send a session's cookie yet.
 */
final class OidcSignIns
    implements WebFilter, ServerAuthenticationSuccessHandler, ServerAuthenticationFailureHandler {
  private static final Logger log = LoggerFactory.getLogger(OidcSignIns.class);
  private static final URI SIGNED_IN =
      URI.create(AccessConfiguration.SIGN_IN + "?" + SignInController.SIGNED_IN);

  /** Those of whom nothing is proved count as one, whom nobody is called like. */
  private static final String STRANGER = "\n";

  private final ServerRedirectStrategy redirect = new DefaultServerRedirectStrategy();
  private final SignInAttempts attempts;
  private final SignInOutcomes outcomes;
  private final OidcSignOut signOut;

  OidcSignIns(SignInAttempts attempts, SignInOutcomes outcomes, OidcSignOut signOut) {
    this.attempts = attempts;
    this.outcomes = outcomes;
    this.signOut = signOut;
  }

  /** On the way to the provider no handler is asked. */
  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    return chain
        .filter(exchange)
        .onErrorResume(
            SignInRefusal.class,
            why -> onAuthenticationFailure(new WebFilterExchange(exchange, chain), why));
  }

  @Override
  public Mono<Void> onAuthenticationSuccess(WebFilterExchange at, Authentication who) {
    outcomes.succeeded(who.getName(), at.getExchange());
    signOut.remember(at.getExchange(), who);
    return redirect.sendRedirect(at.getExchange(), SIGNED_IN);
  }

  @Override
  public Mono<Void> onAuthenticationFailure(WebFilterExchange at, AuthenticationException why) {
    ServerWebExchange exchange = at.getExchange();
    Reason reason = why instanceof SignInRefusal refusal ? refusal.reason() : Reason.INCOMPLETE;
    String name = why instanceof SignInRefusal refusal ? refusal.name() : null;
    if (name != null) {
      log.warn("the OpenID provider named {}: refused, {}", name, reason.code());
      outcomes.failed(name, exchange);
    } else if (attempts.begin(STRANGER, SignInOutcomes.address(exchange)).isZero()) {
      log.warn("a sign-in with the OpenID provider: {}, {}", reason.code(), error(why));
      outcomes.failed(SignInOutcomes.UNKNOWN, exchange);
    } else {
      // anybody may ask for the way back without having been there: they fill neither log nor topic
      outcomes.slowed();
    }
    return redirect.sendRedirect(
        exchange, URI.create(AccessConfiguration.SIGN_IN + "?refused=" + reason.code()));
  }

  /** Without what the browser or the provider wrote, which may hold a person's data. */
  private static String error(AuthenticationException why) {
    if (why instanceof OAuth2AuthenticationException refused) {
      String code = refused.getError().getErrorCode();
      return code.matches("[a-z_]{1,40}") ? code : "another error";
    }
    return why.getCause() == null ? "no more is known" : why.getCause().getClass().getSimpleName();
  }

  /** What isn't a refusal by Spring's or our own rules. */
  static AuthenticationException unanswered(Throwable failure) {
    boolean away = failure instanceof TimeoutException || failure instanceof WebClientException;
    return SignInRefusal.of(away ? Reason.AWAY : Reason.INCOMPLETE, failure);
  }
}
