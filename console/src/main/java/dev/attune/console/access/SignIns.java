package dev.attune.console.access;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.server.DefaultServerRedirectStrategy;
import org.springframework.security.web.server.ServerRedirectStrategy;
import org.springframework.security.web.server.WebFilterExchange;
import org.springframework.security.web.server.authentication.ServerAuthenticationFailureHandler;
import org.springframework.security.web.server.authentication.ServerAuthenticationSuccessHandler;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Slows sign-ins with a password, and says where the browser goes after each. */
final class SignIns
    implements WebFilter, ServerAuthenticationSuccessHandler, ServerAuthenticationFailureHandler {
  private static final String NAME = "username";

  private final ServerRedirectStrategy redirect = new DefaultServerRedirectStrategy();
  private final SignInAttempts attempts;
  private final AccessSettings settings;
  private final SignInOutcomes outcomes;

  SignIns(SignInAttempts attempts, AccessSettings settings, SignInOutcomes outcomes) {
    this.attempts = attempts;
    this.settings = settings;
    this.outcomes = outcomes;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    ServerHttpRequest request = exchange.getRequest();
    if (request.getMethod() != HttpMethod.POST
        || !request.getPath().value().equals(AccessConfiguration.SIGN_IN)) {
      return chain.filter(exchange);
    }
    return name(exchange)
        .flatMap(
            name -> {
              Duration wait = attempts.begin(name, SignInOutcomes.address(exchange));
              if (wait.isZero()) {
                return chain.filter(exchange);
              }
              outcomes.slowed();
              return to(exchange, AccessConfiguration.SIGN_IN + "?wait=" + (wait.toSeconds() + 1));
            });
  }

  @Override
  public Mono<Void> onAuthenticationSuccess(WebFilterExchange at, Authentication who) {
    ServerWebExchange exchange = at.getExchange();
    attempts.succeeded(who.getName(), SignInOutcomes.address(exchange));
    outcomes.succeeded(who.getName(), exchange);
    return to(exchange, "/");
  }

  @Override
  public Mono<Void> onAuthenticationFailure(WebFilterExchange at, AuthenticationException why) {
    ServerWebExchange exchange = at.getExchange();
    return name(exchange)
        .flatMap(
            name -> {
              // what nobody is called may be a password in the wrong field
              String known = settings.user(name).isPresent() ? name : SignInOutcomes.UNKNOWN;
              outcomes.failed(known, exchange);
              return to(exchange, AccessConfiguration.SIGN_IN + "?error");
            });
  }

  private Mono<Void> to(ServerWebExchange exchange, String place) {
    return redirect.sendRedirect(exchange, URI.create(place));
  }

  private static Mono<String> name(ServerWebExchange exchange) {
    return exchange.getFormData().map(form -> Objects.requireNonNullElse(form.getFirst(NAME), ""));
  }
}
