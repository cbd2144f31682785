package dev.attune.console.access;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

/** Slows, counts, records and logs sign-ins, and says where the browser goes after each. */
final class SignIns
    implements WebFilter, ServerAuthenticationSuccessHandler, ServerAuthenticationFailureHandler {
  private static final Logger log = LoggerFactory.getLogger(SignIns.class);
  private static final String NAME = "username";

  private final ServerRedirectStrategy redirect = new DefaultServerRedirectStrategy();
  private final SignInAttempts attempts;
  private final AccessSettings settings;
  private final SignInRecords records;
  private final Counter succeeded;
  private final Counter failed;
  private final Counter slowed;

  SignIns(
      SignInAttempts attempts,
      AccessSettings settings,
      SignInRecords records,
      MeterRegistry metrics) {
    this.records = records;
    this.attempts = attempts;
    this.settings = settings;
    this.succeeded = counter(metrics, "succeeded");
    this.failed = counter(metrics, "failed");
    this.slowed = counter(metrics, "slowed");
  }

  private static Counter counter(MeterRegistry metrics, String outcome) {
    return Counter.builder("attune.console.sign.ins")
        .description("Attempts to sign in; slowed: refused unread, after too many")
        .tag("outcome", outcome)
        .register(metrics);
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
              Duration wait = attempts.begin(name, address(exchange));
              if (wait.isZero()) {
                return chain.filter(exchange);
              }
              slowed.increment();
              return to(exchange, AccessConfiguration.SIGN_IN + "?wait=" + (wait.toSeconds() + 1));
            });
  }

  @Override
  public Mono<Void> onAuthenticationSuccess(WebFilterExchange at, Authentication who) {
    ServerWebExchange exchange = at.getExchange();
    attempts.succeeded(who.getName(), address(exchange));
    succeeded.increment();
    records.add(who.getName(), address(exchange), true);
    log.info("{} signed in from {}", who.getName(), address(exchange));
    return to(exchange, "/");
  }

  @Override
  public Mono<Void> onAuthenticationFailure(WebFilterExchange at, AuthenticationException why) {
    ServerWebExchange exchange = at.getExchange();
    failed.increment();
    return name(exchange)
        .flatMap(
            name -> {
              // what nobody is called may be a password in the wrong field
              String known = settings.user(name).isPresent() ? name : "an unknown name";
              records.add(known, address(exchange), false);
              log.warn("failed sign-in of {} from {}", known, address(exchange));
              return to(exchange, AccessConfiguration.SIGN_IN + "?error");
            });
  }

  private Mono<Void> to(ServerWebExchange exchange, String place) {
    return redirect.sendRedirect(exchange, URI.create(place));
  }

  private static Mono<String> name(ServerWebExchange exchange) {
    return exchange.getFormData().map(form -> Objects.requireNonNullElse(form.getFirst(NAME), ""));
  }

  private static String address(ServerWebExchange exchange) {
    InetSocketAddress peer = exchange.getRequest().getRemoteAddress();
    return peer == null || peer.getAddress() == null ? "" : peer.getAddress().getHostAddress();
  }
}
