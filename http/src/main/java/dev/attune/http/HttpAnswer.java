package dev.attune.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer with all of its body.
 *
 * @param headers beside those that every answer carries
 */
public record HttpAnswer(int status, byte[] body, Map<String, String> headers) {
  private static final byte[] NOTHING = {};

  /** An answer that is all headers. */
  public static HttpAnswer empty(int status) {
    return new HttpAnswer(status, NOTHING, Map.of());
  }

  public static HttpAnswer of(int status, String contentType, byte[] body) {
    return new HttpAnswer(status, body, Map.of("Content-Type", contentType));
  }

  /** This answer with more headers. */
  public HttpAnswer with(Map<String, String> more) {
    if (more.isEmpty()) {
      return this;
    }
    var all = new LinkedHashMap<>(headers);
    all.putAll(more);
    return new HttpAnswer(status, body, all);
  }
}
