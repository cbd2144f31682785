package dev.attune.http;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A refusal of a whole request: RFC 9457 problem details with a stable code (contract §3). It is a
 * value that can also be thrown, which costs no stack trace. Its words hold no user's data.
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final JsonFactory JSON = new JsonFactory();

  private final int status;
  private final String code;
  private final String detail;
  private final @Nullable String field;
  private final Map<String, String> headers;

  private Problem(
      int status, String code, String detail, @Nullable String field, Map<String, String> headers) {
    super(detail, null, false, false);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.field = field;
    this.headers = headers;
  }

  private static Problem of(int status, String code, String detail) {
    return new Problem(status, code, detail, null, Map.of());
  }

  private static Problem retryable(int status, String code, String detail, long seconds) {
    Map<String, String> headers = Map.of("Retry-After", Long.toString(seconds));
    return new Problem(status, code, detail, null, headers);
  }

  public static Problem malformed(String detail) {
    return of(400, "malformed", detail);
  }

  /** One field of the request is wrong. */
  public static Problem invalid(String field, String detail) {
    return new Problem(400, "malformed", detail, field, Map.of());
  }

  public static Problem unauthenticated(String detail) {
    return new Problem(401, "unauthenticated", detail, null, Map.of("WWW-Authenticate", "Bearer"));
  }

  public static Problem forbidden(String detail) {
    return of(403, "forbidden", detail);
  }

  public static Problem notFound(String detail) {
    return of(404, "not_found", detail);
  }

  public static Problem unknownSlot() {
    return new Problem(404, "unknown_slot", "The playbook has no such slot.", "slot", Map.of());
  }

  /** What is there doesn't allow it; asking again changes nothing. */
  public static Problem conflict(String detail) {
    return of(409, "conflict", detail);
  }

  static Problem methodNotAllowed(String allowed) {
    Map<String, String> headers = Map.of("Allow", allowed);
    return new Problem(405, "method_not_allowed", "See Allow.", null, headers);
  }

  public static Problem requestTimeout() {
    return of(408, "request_timeout", "The body came too slowly.");
  }

  public static Problem tooLarge(String detail) {
    return of(413, "too_large", detail);
  }

  public static Problem uriTooLong() {
    return of(414, "uri_too_long", "The request's first line is too long.");
  }

  public static Problem headTooLarge() {
    return of(431, "request_header_fields_too_large", "The request's headers are too long.");
  }

  public static Problem unsupportedMediaType(String detail) {
    return of(415, "unsupported_media_type", detail);
  }

  public static Problem rateLimited(Duration wait) {
    return rateLimited("The rate of this key is used up.", wait);
  }

  public static Problem rateLimited(String detail, Duration wait) {
    long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
    return retryable(429, "rate_limited", detail, seconds);
  }

  /** Something this service needs is away or slow; the same request may succeed later. */
  public static Problem unavailable(String detail) {
    return retryable(503, "unavailable", detail, 1);
  }

  /** A fault of ours. The log tells it, the answer doesn't. */
  static Problem internal() {
    return of(500, "internal", "Something went wrong here.");
  }

  /** What Spring refuses before a handler is asked. */
  static Problem ofSpring(int status, @Nullable String detail, Map<String, String> headers) {
    HttpStatus known = HttpStatus.resolve(status);
    String code =
        switch (known) {
          case BAD_REQUEST -> "malformed";
          case CONTENT_TOO_LARGE -> "too_large";
          case null -> "error";
          default -> known.name().toLowerCase(java.util.Locale.ROOT);
        };
    return new Problem(status, code, detail == null ? "" : detail, null, headers);
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  /**
   * The answer.
   *
   * @param path that was asked
   */
  public HttpAnswer answer(String path) {
    Map<String, String> all = new HashMap<>(headers);
    all.put("Content-Type", "application/problem+json");
    return new HttpAnswer(status, body(path), all);
  }

  private byte[] body(String path) {
    HttpStatus known = HttpStatus.resolve(status);
    var out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("type", "about:blank");
      json.writeStringProperty("title", known == null ? "" : known.getReasonPhrase());
      json.writeNumberProperty("status", status);
      json.writeStringProperty("detail", detail);
      json.writeStringProperty("instance", path);
      json.writeStringProperty("code", code);
      if (field != null) {
        json.writeStringProperty("field", field);
      }
      if (headers.containsKey("Retry-After")) {
        json.writeBooleanProperty("retryable", true);
      }
      json.writeEndObject();
    }
    return out.toByteArray();
  }
}
