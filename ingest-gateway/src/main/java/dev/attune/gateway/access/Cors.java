package dev.attune.gateway.access;

import dev.attune.http.HttpAnswer;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The CORS headers for browsers of known origins. A preflight has no key, so any origin that some
 * key allows is answered; the request itself is then held against its own key.
 */
@Component
public final class Cors {
  private static final Map<String, String> PREFLIGHT =
      Map.of(
          "Access-Control-Allow-Methods",
          "POST",
          "Access-Control-Allow-Headers",
          "Authorization, Content-Type, Content-Encoding, Attune-Schema-Id, traceparent",
          // two hours, the longest that browsers honour
          "Access-Control-Max-Age",
          "7200");

  private final Keys keys;

  Cors(Keys keys) {
    this.keys = keys;
  }

  public static boolean isPreflight(HttpMethod method, HttpHeaders headers) {
    return method.equals(HttpMethod.OPTIONS)
        && headers.contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
  }

  /** The answer to a preflight, without what {@link #headers} adds to every answer. */
  public HttpAnswer preflight(HttpHeaders headers) {
    return knows(headers.get(HttpHeaderNames.ORIGIN))
        ? HttpAnswer.empty(204).with(PREFLIGHT)
        : HttpAnswer.empty(403);
  }

  /** What lets the browser's page see an answer; nothing for other callers. */
  public Map<String, String> headers(HttpHeaders headers) {
    String origin = headers.get(HttpHeaderNames.ORIGIN);
    return origin != null && knows(origin)
        ? Map.of(
            "Access-Control-Allow-Origin", origin,
            "Vary", "Origin",
            "Access-Control-Expose-Headers", "Retry-After")
        : Map.of();
  }

  private boolean knows(@Nullable String origin) {
    return origin != null && keys.ring().keys().stream().anyMatch(key -> key.allows(origin));
  }
}
