package dev.attune.system;

import java.time.Instant;
import java.util.UUID;

/** Events in the public JSON form. */
final class Events {
  private Events() {}

  static String clicked(String userId, String element) {
    return event(userId, "clicked", "{\"element\":\"" + element + "\"}");
  }

  static String pageViewed(String userId, String page) {
    return event(userId, "page_viewed", "{\"page\":\"" + page + "\"}");
  }

  /** Satisfaction from 1 to 5. */
  static String rated(String userId, int score) {
    return event(userId, "feedback", "{\"kind\":\"csat\",\"score\":" + score + "}");
  }

  /** Under a reply; 0 is thumbs down. */
  static String thumbs(String userId, int score, String decisionId) {
    return event(
        userId,
        "feedback",
        "{\"kind\":\"thumbs\",\"score\":%d,\"decisionId\":\"%s\"}".formatted(score, decisionId));
  }

  static String messageSent(String userId, String text) {
    return event(userId, "message_sent", "{\"text\":\"" + text + "\"}");
  }

  /**
   * One that happened earlier.
   *
   * @param details the record named after the type, as JSON
   */
  static String past(String channel, String userId, String type, Instant at, String details) {
    return """
    {"eventId":"%s","type":"%s","userId":"%s","channel":"%s","occurredAt":"%s","%s":%s}"""
        .formatted(UUID.randomUUID(), type, userId, channel, at, type, details);
  }

  private static String event(String userId, String type, String details) {
    return """
    {"eventId":"%s","type":"%s","userId":"%s","channel":"web","locale":"en-US","%s":%s}"""
        .formatted(UUID.randomUUID(), type, userId, type, details);
  }
}
