package dev.attune.inference.access;

import dev.attune.core.access.Scope;
import dev.attune.inference.access.SecretKeyCheck.Finding;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses HTTP calls without a secret key of scope models; who overrides gates needs one of scope
 * models_override, too. Open are health, metadata and documentation; everything under {@code /v1}
 * and every POST is closed, so a new path is closed until someone decides.
 */
@Component
final class RestAccess extends OncePerRequestFilter {
  private static final String PAGE = "a secret key is for servers, not for browsers";
  private static final String PROBLEM =
      """
      {"type":"about:blank","title":"%s","status":%s,"detail":"%s","code":"%s"}\
      """;

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
    switch (secrets.check(request.getHeader("Authorization"), needed(request))) {
      case Finding.Unauthenticated(String why) -> {
        response.setHeader("WWW-Authenticate", "Bearer");
        refuse(request, response, HttpStatus.UNAUTHORIZED, why);
      }
      case Finding.Forbidden(String why) -> refuse(request, response, HttpStatus.FORBIDDEN, why);
      case Finding.Admitted(String key) -> {
        // who sends an Origin header is a page, and what it knows everybody knows
        if (request.getHeader("Origin") != null) {
          refuse(request, response, HttpStatus.FORBIDDEN, PAGE);
        } else {
          RestCaller.letIn(request, key);
          chain.doFilter(request, response);
        }
      }
    }
  }

  private static Set<Scope> needed(HttpServletRequest request) {
    String override = request.getParameter("override");
    return override == null || override.isBlank()
        ? EnumSet.of(Scope.MODELS)
        : EnumSet.of(Scope.MODELS, Scope.MODELS_OVERRIDE);
  }

  private static void refuse(
      HttpServletRequest request, HttpServletResponse response, HttpStatus status, String why)
      throws IOException {
    boolean protocol = request.getRequestURI().startsWith("/v2");
    response.setStatus(status.value());
    response.setContentType(protocol ? "application/json" : "application/problem+json");
    String code = status == HttpStatus.FORBIDDEN ? "forbidden" : "unauthenticated";
    response
        .getWriter()
        .write(
            protocol
                ? "{\"error\":\"" + why + "\"}"
                : PROBLEM.formatted(status.getReasonPhrase(), status.value(), why, code));
  }
}
