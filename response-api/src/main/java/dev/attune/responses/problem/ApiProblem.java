package dev.attune.responses.problem;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** A request that is refused: status, stable code, and words that carry no user's data. */
public final class ApiProblem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final HttpStatus status;
  private final String code;
  private final @Nullable String field;
  private final @Nullable Duration retryAfter;

  private ApiProblem(
      HttpStatus status,
      String code,
      String detail,
      @Nullable String field,
      @Nullable Duration retryAfter) {
    // a refusal is no bug: nobody needs its stack
    super(detail, null, false, false);
    this.status = status;
    this.code = code;
    this.field = field;
    this.retryAfter = retryAfter;
  }

  public static ApiProblem malformed(String detail) {
    return new ApiProblem(HttpStatus.BAD_REQUEST, "malformed", detail, null, null);
  }

  public static ApiProblem invalid(String field, String detail) {
    return new ApiProblem(HttpStatus.BAD_REQUEST, "malformed", detail, field, null);
  }

  public static ApiProblem unauthenticated() {
    return new ApiProblem(
        HttpStatus.UNAUTHORIZED,
        "unauthenticated",
        "A known key is needed: Authorization: Bearer <key>.",
        null,
        null);
  }

  public static ApiProblem forbidden(String detail) {
    return new ApiProblem(HttpStatus.FORBIDDEN, "forbidden", detail, null, null);
  }

  public static ApiProblem notFound(String detail) {
    return new ApiProblem(HttpStatus.NOT_FOUND, "not_found", detail, null, null);
  }

  public static ApiProblem unknownSlot() {
    return new ApiProblem(
        HttpStatus.NOT_FOUND, "unknown_slot", "The playbook has no such slot.", "slot", null);
  }

  public static ApiProblem tooLarge(int limit) {
    return new ApiProblem(
        HttpStatus.CONTENT_TOO_LARGE,
        "too_large",
        "The body is larger than " + limit + " bytes.",
        null,
        null);
  }

  public static ApiProblem unsupportedMediaType() {
    return new ApiProblem(
        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        "The body must be application/json.",
        null,
        null);
  }

  public static ApiProblem unavailable(String detail) {
    return new ApiProblem(
        HttpStatus.SERVICE_UNAVAILABLE, "unavailable", detail, null, Duration.ofSeconds(1));
  }

  HttpStatus status() {
    return status;
  }

  String code() {
    return code;
  }

  @Nullable String field() {
    return field;
  }

  @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
