package dev.attune.inference.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses HTTP calls without a secret key. Open are health, metadata and documentation; everything
 * under {@code /v1} and every POST is closed, so a new path is closed until someone decides.
 */
@Component
final class RestAccess extends OncePerRequestFilter {
  /** What is wrong with a caller. */
  private enum Refusal {
    UNAUTHENTICATED(401, "Unauthorized", "a secret key is needed"),
    /** Who sends an Origin header is a page, and what it knows everybody knows. */
    FORBIDDEN(403, "Forbidden", "a secret key is for servers, not for browsers");

    private static final String PROBLEM =
        """
        {"type":"about:blank","title":"%s","status":%d,"detail":"%s","code":"%s"}""";

    private final int status;
    private final String title;
    private final String detail;

    Refusal(int status, String title, String detail) {
      this.status = status;
      this.title = title;
      this.detail = detail;
    }

    String problem() {
      return PROBLEM.formatted(title, status, detail, name().toLowerCase(Locale.ROOT));
    }

    String protocolError() {
      return "{\"error\":\"" + detail + "\"}";
    }
  }

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
            // not found, which says more to a probe on the wrong port than a missing key
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
    if (!secrets.admits(request.getHeader("Authorization"))) {
      response.setHeader("WWW-Authenticate", "Bearer");
      refuse(request, response, Refusal.UNAUTHENTICATED);
    } else if (request.getHeader("Origin") != null) {
      refuse(request, response, Refusal.FORBIDDEN);
    } else {
      chain.doFilter(request, response);
    }
  }

  private static void refuse(
      HttpServletRequest request, HttpServletResponse response, Refusal refusal)
      throws IOException {
    boolean protocol = request.getRequestURI().startsWith("/v2");
    response.setStatus(refusal.status);
    response.setContentType(protocol ? "application/json" : "application/problem+json");
    response.getWriter().write(protocol ? refusal.protocolError() : refusal.problem());
  }
}
