package dev.attune.sdk;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which reply is asked for: whose and where; the rest is optional. Immutable: every method returns
 * another request.
 *
 * <pre>{@code
 * attune.respond(
 *     ReplyRequest.of("u-1", "greeting")
 *         .sessionId("s-1")
 *         .locale("es-ES")
 *         .timezone("Europe/Madrid")
 *         .format("html")
 *         .variables(Map.of("name", "Ada"))
 *         .waitFor(Duration.ofMillis(500)));
 * }</pre>
 */
public final class ReplyRequest {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  private final String userId;
  private final Map<String, Object> fields;
  private final Duration waitFor;

  private ReplyRequest(String userId, Map<String, Object> fields, Duration waitFor) {
    this.userId = userId;
    this.fields = fields;
    this.waitFor = waitFor;
  }

  /** A user's reply in a slot of the playbook. */
  public static ReplyRequest of(String userId, String slot) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("userId", Objects.requireNonNull(userId, "userId"));
    fields.put("slot", Objects.requireNonNull(slot, "slot"));
    return new ReplyRequest(userId, fields, Duration.ZERO);
  }

  /** The session of the user's events: within it a text of several wordings stays the same. */
  public ReplyRequest sessionId(String sessionId) {
    return with("sessionId", sessionId);
  }

  /** The user's language, BCP 47; the playbook's default otherwise. */
  public ReplyRequest locale(String locale) {
    return with("locale", locale);
  }

  /**
   * Where the user is, an IANA name such as {@code Europe/Madrid} or an offset such as {@code
   * +02:00}: for the hour of day and for dates; the playbook's otherwise.
   */
  public ReplyRequest timezone(String timezone) {
    return with("timezone", timezone);
  }

  /** How variables are escaped: plain, html or markdown; as in the playbook otherwise. */
  public ReplyRequest format(String format) {
    return with("format", format);
  }

  /** Values for the playbook's variables. */
  public ReplyRequest variables(Map<String, String> variables) {
    return with("variables", Map.copyOf(variables));
  }

  /**
   * The position of the user's newest event, where another client sent it, such as what the browser
   * SDK's {@code token()} returns. Otherwise it is that of the events that this client sent.
   */
  public ReplyRequest after(String token) {
    return with("after", token);
  }

  /** How long to wait at most until the reply knows those events; at most one second. */
  public ReplyRequest waitFor(Duration time) {
    return new ReplyRequest(userId, fields, time);
  }

  private ReplyRequest with(String field, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(fields);
    more.put(field, Objects.requireNonNull(value, field));
    return new ReplyRequest(userId, more, waitFor);
  }

  String userId() {
    return userId;
  }

  /**
   * The JSON form, as {@code POST /v1/responses} takes it.
   *
   * @param sent the position of the last event of this user that this client sent; null: none
   */
  String toJson(@Nullable String sent) {
    Map<String, Object> all = new LinkedHashMap<>(fields);
    if (!waitFor.isZero() && !waitFor.isNegative()) {
      if (sent != null) {
        all.putIfAbsent("after", sent);
      }
      if (all.containsKey("after")) {
        all.put(
            "waitMs", (waitFor.compareTo(LONGEST_WAIT) < 0 ? waitFor : LONGEST_WAIT).toMillis());
      }
    }
    return Json.write(all);
  }
}
