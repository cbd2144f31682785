package dev.attune.inference.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses HTTP calls without a secret key. Open are health, metadata and documentation; everything
 * under {@code /v1} and every POST is closed, so a new path is closed until someone decides.
 */
@Component
final class RestAccess extends OncePerRequestFilter {
  private static final String PROBLEM =
      """
      {"type":"about:blank","title":"Unauthorized","status":401,\
      "detail":"a secret key is needed","code":"unauthenticated"}""";
  private static final String PROTOCOL_ERROR = "{\"error\":\"a secret key is needed\"}";

  private final SecretKeyCheck secrets;

  RestAccess(SecretKeyCheck secrets) {
    this.secrets = secrets;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    String path = request.getRequestURI();
    boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    boolean open =
        path.equals("/v2")
            || path.startsWith("/v2/")
            || path.startsWith("/actuator/")
            || path.equals("/actuator")
            || path.equals("/openapi.json")
            || path.equals("/error");
    return reads && open;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (secrets.admits(request.getHeader("Authorization"))) {
      chain.doFilter(request, response);
      return;
    }
    boolean protocol = request.getRequestURI().startsWith("/v2");
    response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
    response.setHeader("WWW-Authenticate", "Bearer");
    response.setContentType(protocol ? "application/json" : "application/problem+json");
    response.getWriter().write(protocol ? PROTOCOL_ERROR : PROBLEM);
  }
}
