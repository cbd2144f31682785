package dev.attune.sdk;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Why a request failed, or an event was refused; {@link Options#onFailure} is told of each. */
public final class Failure {
  /** Something other than Attune answered, such as a proxy's page. */
  static final String UNEXPECTED_ANSWER = "unexpected_answer";

  private static final int DEEPEST_CAUSE = 20;

  /** What was asked for. */
  public enum Request {
    /** Events were sent. */
    EVENTS,
    /** A reply was asked for. */
    REPLY
  }

  private final Request request;
  private final int status;
  private final @Nullable String code;
  private final @Nullable String detail;
  private final @Nullable String eventId;
  private final @Nullable String field;
  private final boolean retried;

  private Failure(
      Request request,
      int status,
      @Nullable String code,
      @Nullable String detail,
      @Nullable String eventId,
      @Nullable String field,
      boolean retried) {
    this.request = request;
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.eventId = eventId;
    this.field = field;
    this.retried = retried;
  }

  /** No answer came. */
  static Failure thrown(Request request, Exception e, boolean retried) {
    return new Failure(request, 0, null, words(e), null, null, retried);
  }

  /** With its root: there the JDK's client says that a host is unknown or why TLS failed. */
  static String words(Exception e) {
    Throwable root = e;
    // a chain may have a loop
    for (int depth = 0; root.getCause() != null && depth < DEEPEST_CAUSE; depth++) {
      root = root.getCause();
    }
    String said = e.toString();
    return said.contains(root.toString()) ? said : said + ", from " + root;
  }

  /** An answer that is no good, in the service's words; what names no code is not of Attune. */
  static Failure answered(Request request, int status, Map<?, ?> answer, boolean retried) {
    String code = text(answer, "code");
    return code == null
        ? new Failure(request, status, UNEXPECTED_ANSWER, null, null, null, retried)
        : new Failure(request, status, code, text(answer, "detail"), null, null, retried);
  }

  /**
   * An event that the gateway refused.
   *
   * @param why its entry among the rejected ones, or the problem with it alone
   */
  static Failure refused(int status, @Nullable String eventId, Map<?, ?> why) {
    return new Failure(
        Request.EVENTS,
        status,
        text(why, "code"),
        text(why, "detail"),
        eventId,
        text(why, "field"),
        false);
  }

  private static @Nullable String text(Map<?, ?> answer, String name) {
    Object value = answer.get(name);
    return value instanceof String ? (String) value : null;
  }

  /** What was asked for. */
  public Request request() {
    return request;
  }

  /** The answer's HTTP status; empty where no answer came. */
  public OptionalInt status() {
    return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
  }

  /**
   * What is wrong, by a stable name such as {@code rate_limited}, {@code unauthorized} or {@code
   * schema_invalid}; {@code unexpected_answer} where something other than Attune answered, such as
   * a proxy's page. Empty where no answer came.
   */
  public Optional<String> code() {
    return Optional.ofNullable(code);
  }

  /** What is wrong, for whoever reads logs. */
  public Optional<String> detail() {
    return Optional.ofNullable(detail);
  }

  /** The event that was refused; {@link Attune#track} returned the same. */
  public Optional<String> eventId() {
    return Optional.ofNullable(eventId);
  }

  /** What is wrong in that event, such as {@code clicked.element}. */
  public Optional<String> field() {
    return Optional.ofNullable(field);
  }

  /** Whether the SDK tries again by itself. */
  public boolean isRetried() {
    return retried;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(request == Request.EVENTS ? "events" : "a reply");
    text.append(status == 0 ? ": no answer" : ": answer " + status);
    append(text, ", ", code);
    append(text, ": ", detail);
    append(text, ", field ", field);
    append(text, ", event ", eventId);
    return text.append(retried ? "; is tried again" : "").toString();
  }

  private static void append(StringBuilder text, String between, @Nullable String part) {
    if (part != null) {
      text.append(between).append(part);
    }
  }
}
