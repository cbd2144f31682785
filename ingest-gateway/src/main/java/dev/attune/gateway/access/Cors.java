package dev.attune.gateway.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * The CORS headers for browsers of known origins. A preflight has no key, so any origin that some
 * key allows is answered; the request itself is then held against its own key.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
// filters are serializable by inheritance only; none is ever written
@SuppressWarnings("serial")
final class Cors extends HttpFilter {
  private final Keys keys;

  Cors(Keys keys) {
    this.keys = keys;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String origin = request.getHeader("Origin");
    if (origin == null) {
      chain.doFilter(request, response);
      return;
    }
    boolean known = keys.ring().keys().stream().anyMatch(k -> k.allows(origin));
    if (known) {
      response.setHeader("Access-Control-Allow-Origin", origin);
      response.addHeader("Vary", "Origin");
      response.setHeader("Access-Control-Expose-Headers", "Retry-After");
    }
    if (isPreflight(request)) {
      preflight(known, response);
    } else {
      chain.doFilter(request, response);
    }
  }

  private static boolean isPreflight(HttpServletRequest request) {
    return "OPTIONS".equals(request.getMethod())
        && request.getHeader("Access-Control-Request-Method") != null;
  }

  private static void preflight(boolean known, HttpServletResponse response) {
    response.setStatus(known ? 204 : 403);
    if (known) {
      response.setHeader("Access-Control-Allow-Methods", "POST");
      response.setHeader(
          "Access-Control-Allow-Headers",
          "Authorization, Content-Type, Content-Encoding, Attune-Schema-Id, traceparent");
      // two hours, the longest that browsers honour
      response.setHeader("Access-Control-Max-Age", "7200");
    }
  }
}
