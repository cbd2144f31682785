package dev.attune.console.access;

import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Refuses what another site makes a browser send. A request that changes something must carry a
 * header of ours: no form can set one, and a script elsewhere would have to ask first, which nobody
 * allows. The forms to sign in and out can't either: of these the browser says where they were.
 * Where nobody has to sign in, requests must also name this machine as their host: a name of
 * somebody else's that leads here (DNS rebinding) would make their pages the console's own.
 */
final class OwnPagesOnly implements WebFilter {
  /** What the console's pages send; the value doesn't matter. */
  static final String HEADER = "Attune-Console";

  private static final Set<HttpMethod> SAFE =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private static final Set<String> FORMS = Set.of(AccessConfiguration.SIGN_IN, "/logout");
  private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "[::1]");

  private final boolean onlyThisMachine;

  OwnPagesOnly(boolean onlyThisMachine) {
    this.onlyThisMachine = onlyThisMachine;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    ServerHttpRequest request = exchange.getRequest();
    if (isForged(request) || (onlyThisMachine && !isThisMachine(request))) {
      exchange.getResponse().setStatusCode(HttpStatus.FORBIDDEN);
      return exchange.getResponse().setComplete();
    }
    return chain.filter(exchange);
  }

  private static boolean isForged(ServerHttpRequest request) {
    if (SAFE.contains(request.getMethod())) {
      return false;
    }
    return FORMS.contains(request.getPath().value())
        ? isFromElsewhere(request.getHeaders())
        : !request.getHeaders().containsHeader(HEADER);
  }

  /** Browsers say it by the one header or the other; who says neither has no cookies of others. */
  private static boolean isFromElsewhere(HttpHeaders headers) {
    String site = headers.getFirst("Sec-Fetch-Site");
    if (site != null) {
      return !site.equals("same-origin") && !site.equals("none");
    }
    String origin = headers.getOrigin();
    return origin != null && !origin.replaceFirst("https?://", "").equals(headers.getFirst("Host"));
  }

  private static boolean isThisMachine(ServerHttpRequest request) {
    var host = request.getHeaders().getHost();
    return host != null && THIS_MACHINE.contains(host.getHostString());
  }
}
