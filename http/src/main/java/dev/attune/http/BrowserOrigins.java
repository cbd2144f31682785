package dev.attune.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Map;

/**
 * Which web pages' scripts may ask: those of an origin that any key allows. A preflight brings no
 * key; the request itself is then held against its own.
 */
@FunctionalInterface
public interface BrowserOrigins {
  boolean allow(String origin);

  /** What lets a page see the answer; nothing for other callers. */
  default Map<String, String> headers(HttpHeaders request) {
    String origin = request.get(HttpHeaderNames.ORIGIN);
    return origin != null && allow(origin)
        ? Map.of(
            "Access-Control-Allow-Origin", origin,
            "Vary", "Origin",
            "Access-Control-Expose-Headers", "Retry-After")
        : Map.of();
  }
}
