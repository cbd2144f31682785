package dev.attune.sdk;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing a user did. A factory for each type sets its detail record; the rest is optional.
 * Immutable: every {@code with} returns another event.
 */
public final class Event {
  /** Told in each event's context, so that faults of a release are found among others. */
  static final String SDK = "java/0.1.0";

  private final String type;
  private final String userId;
  private final Map<String, Object> detail;
  private final Map<String, Object> more;

  private Event(String type, String userId, Map<String, Object> detail, Map<String, Object> more) {
    this.type = type;
    this.userId = Objects.requireNonNull(userId, "userId");
    this.detail = detail;
    this.more = more;
  }

  public static Event sessionStarted(String userId) {
    return of("session_started", userId);
  }

  public static Event sessionEnded(String userId) {
    return of("session_ended", userId);
  }

  public static Event pageViewed(String userId, String page) {
    return of("page_viewed", userId, "page", page);
  }

  public static Event clicked(String userId, String element) {
    return of("clicked", userId, "element", element);
  }

  public static Event messageSent(String userId, String text) {
    return of("message_sent", userId, "text", text, "length", text.length());
  }

  public static Event agentReplied(String userId, boolean automated) {
    return of("agent_replied", userId, "automated", automated);
  }

  public static Event issueOpened(String userId, String issueId) {
    return of("issue_opened", userId, "issueId", issueId);
  }

  public static Event issueResolved(String userId, String issueId) {
    return of("issue_resolved", userId, "issueId", issueId);
  }

  /**
   * @param kind csat, thumbs or nps
   */
  public static Event feedback(String userId, String kind, double score) {
    return of("feedback", userId, "kind", kind, "score", score);
  }

  public static Event quickReplyUsed(String userId, String decisionId, String value) {
    return of("quick_reply_used", userId, "decisionId", decisionId, "value", value);
  }

  /**
   * @param properties strings, numbers, booleans, maps and lists of them
   */
  public static Event custom(String userId, String name, Map<String, ?> properties) {
    return of("custom", userId, "name", name, "properties", Map.copyOf(properties));
  }

  /** Any event type by its name, with its detail record. */
  public static Event of(String type, String userId, Map<String, ?> detail) {
    return new Event(type, userId, new LinkedHashMap<>(detail), Map.of());
  }

  private static Event of(String type, String userId, Object... pairs) {
    Map<String, Object> detail = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      detail.put((String) pairs[i], pairs[i + 1]);
    }
    return new Event(type, userId, detail, Map.of());
  }

  /** Sets a field of the detail record, for example {@code category} of an opened issue. */
  public Event with(String field, Object value) {
    return new Event(type, userId, plus(detail, field, value), more);
  }

  public Event sessionId(String sessionId) {
    return new Event(type, userId, detail, plus(more, "sessionId", sessionId));
  }

  /** When it happened, where that is not now. */
  public Event occurredAt(Instant time) {
    return new Event(type, userId, detail, plus(more, "occurredAt", time.toString()));
  }

  /**
   * @param channel web, ios, android, api, voice, email or other
   */
  public Event channel(String channel) {
    return new Event(type, userId, detail, plus(more, "channel", channel));
  }

  /**
   * @param locale BCP 47
   */
  public Event locale(String locale) {
    return new Event(type, userId, detail, plus(more, "locale", locale));
  }

  /** A field of the context record, for example {@code page}. */
  public Event context(String field, Object value) {
    return new Event(
        type, userId, detail, plus(more, "context", plus(given("context"), field, value)));
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> given(String record) {
    return (Map<String, Object>) more.getOrDefault(record, Map.of());
  }

  String userId() {
    return userId;
  }

  /** Whether the context says that the user has not consented. */
  boolean isWithoutConsent() {
    return Boolean.FALSE.equals(given("context").get("consent"));
  }

  /** The JSON form, as {@code POST /v1/events} takes it. */
  String toJson(String eventId, Instant now) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("eventId", eventId);
    fields.put("type", type);
    fields.put("userId", userId);
    fields.put("occurredAt", now.toString());
    fields.putAll(more);
    fields.put("context", plus(given("context"), "sdk", SDK));
    fields.put(type, detail);
    return Json.write(fields);
  }

  private static Map<String, Object> plus(Map<String, Object> map, String key, Object value) {
    Map<String, Object> result = new LinkedHashMap<>(map);
    result.put(key, value);
    return result;
  }
}
