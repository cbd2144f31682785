package dev.attune.gateway.problem;

import java.time.Duration;

/**
 * A refusal of the whole request, as RFC 9457 problem details with a stable code (contract §3).
 *
 * @param retryAfterSeconds 0 when trying again won't help
 */
public record Problem(
    int status, String code, String title, String detail, long retryAfterSeconds) {
  public static Problem malformed(String detail) {
    return new Problem(400, "malformed", "The body can't be read", detail, 0);
  }

  public static Problem unauthenticated() {
    return new Problem(
        401, "unauthenticated", "No valid key", "send Authorization: Bearer <key>, or ?key=", 0);
  }

  public static Problem forbidden(String detail) {
    return new Problem(403, "forbidden", "Not allowed", detail, 0);
  }

  public static Problem methodNotAllowed() {
    return new Problem(405, "method_not_allowed", "Method not allowed", "see Allow", 0);
  }

  public static Problem tooLarge(String detail) {
    return new Problem(413, "too_large", "Too large", detail, 0);
  }

  public static Problem unsupportedMediaType(String detail) {
    return new Problem(415, "unsupported_media_type", "Unsupported media type", detail, 0);
  }

  public static Problem rateLimited(Duration wait) {
    return new Problem(
        429, "rate_limited", "Too many events", "the rate of this key is used up", seconds(wait));
  }

  /** Something this service needs is away or slow; the same request may succeed later. */
  public static Problem unavailable(String detail) {
    return new Problem(503, "unavailable", "Not available now", detail, 1);
  }

  /** A fault of ours; the log tells it, the answer doesn't. */
  public static Problem internal() {
    return new Problem(500, "internal", "Internal error", "", 0);
  }

  public boolean retryable() {
    return retryAfterSeconds > 0;
  }

  private static long seconds(Duration wait) {
    return Math.max(1, wait.plusMillis(999).toSeconds());
  }
}
