package dev.attune.http;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsProcessor;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.cors.reactive.CorsWebFilter;
import org.springframework.web.cors.reactive.DefaultCorsProcessor;

/** Cross-origin requests (CORS): preflights of every path, and the headers of Spring's paths. */
final class BrowserAccess {
  /**
   * Two hours, the longest that browsers honour: it saves a preflight a message. A withdrawn origin
   * is still refused at the request itself.
   */
  private static final Duration PREFLIGHT_AGE = Duration.ofHours(2);

  private static final List<String> HEADERS =
      List.of(
          "Authorization",
          "Content-Type",
          "Content-Encoding",
          "Attune-Schema-Id",
          "Attune-Strict",
          "Attune-User-Signature",
          "Last-Event-ID",
          "traceparent");

  private BrowserAccess() {}

  static CorsWebFilter filter(BrowserOrigins origins) {
    CorsProcessor processor = new DefaultCorsProcessor();
    return new CorsWebFilter(
        exchange -> configuration(exchange.getRequest(), origins),
        (configuration, exchange) -> {
          boolean valid = processor.process(configuration, exchange);
          if (valid && CorsUtils.isPreFlightRequest(exchange.getRequest())) {
            exchange.getResponse().setStatusCode(HttpStatus.NO_CONTENT);
          }
          return valid;
        });
  }

  private static @Nullable CorsConfiguration configuration(
      ServerHttpRequest request, BrowserOrigins origins) {
    if (!request.getPath().value().startsWith("/v1/")) {
      return null;
    }
    CorsConfiguration cors = new CorsConfiguration();
    String origin = request.getHeaders().getOrigin();
    if (origin != null && origins.allow(origin)) {
      cors.addAllowedOrigin(origin);
    }
    cors.setAllowedMethods(List.of("GET", "POST"));
    cors.setAllowedHeaders(HEADERS);
    cors.setExposedHeaders(List.of("Retry-After"));
    cors.setMaxAge(PREFLIGHT_AGE);
    return cors;
  }
}
