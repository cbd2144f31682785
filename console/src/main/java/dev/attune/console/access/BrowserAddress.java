package dev.attune.console.access;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Makes the request's address the browser's, where the console stands behind proxies. Each proxy
 * adds the address that it was called from to the end of {@code X-Forwarded-For}. So, counted from
 * the end, as many entries as there are proxies are true. What stands before them the browser may
 * have written itself.
 *
 * <p>A request with fewer entries came past the proxies, and keeps the address at the other end of
 * its connection. So does one whose entry is no address.
 */
@Component
final class BrowserAddress implements WebFilter, Ordered {
  private static final String HEADER = "X-Forwarded-For";

  private final int proxies;

  BrowserAddress(AccessSettings settings) {
    this.proxies = settings.proxies();
  }

  @Override
  public int getOrder() {
    // whoever asks for the address comes later
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    return toldBy(exchange.getRequest())
        .map(address -> chain.filter(from(address, exchange)))
        .orElseGet(() -> chain.filter(exchange));
  }

  private Optional<InetAddress> toldBy(ServerHttpRequest request) {
    // several headers of the name are one list
    List<String> entries =
        request.getHeaders().getOrEmpty(HEADER).stream()
            .flatMap(line -> Arrays.stream(line.split(",", -1)))
            .map(String::strip)
            .toList();
    return proxies == 0 || entries.size() < proxies
        ? Optional.empty()
        : address(entries.get(entries.size() - proxies));
  }

  /** Of an address and of nothing else: no name is looked up. */
  private static Optional<InetAddress> address(String entry) {
    try {
      return Optional.of(InetAddress.ofLiteral(withoutPort(entry)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Some proxies write {@code 192.0.2.1:4711} and {@code [2001:db8::1]:4711}. */
  private static String withoutPort(String entry) {
    int bracket = entry.indexOf(']');
    if (entry.startsWith("[") && bracket > 0) {
      return entry.substring(1, bracket);
    }
    int colon = entry.indexOf(':');
    return colon > 0 && colon == entry.lastIndexOf(':') ? entry.substring(0, colon) : entry;
  }

  private static ServerWebExchange from(InetAddress address, ServerWebExchange exchange) {
    var remote = new InetSocketAddress(address, 0);
    return exchange.mutate().request(request -> request.remoteAddress(remote)).build();
  }
}
