package dev.attune.system;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Lives of many users in the ingest format: several sessions each, events out of order, late within
 * and beyond the grace, and sent again. Made by a seed alone.
 */
final class MixedEvents {
  private static final long START = Instant.parse("2026-01-02T00:00:00Z").toEpochMilli();
  private static final long MINUTE = 60_000;
  private static final String[] PAGES = {"/", "/orders", "/returns", "/help/sizes", "/checkout"};
  private static final String[] TEXTS = {
    "where is my order", "¿dónde está mi pedido?", "注文はどこですか", "طلبي لم يصل", "refund please 12345"
  };

  private final SplittableRandom random;
  private int ids;

  MixedEvents(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Lines in the order in which they are sent. */
  List<String> lines(int users, int count) {
    List<String> lines = new ArrayList<>(count);
    long now = START;
    while (lines.size() < count) {
      // half an hour's silence now and then ends everybody's session
      now += random.nextInt(4_000) == 0 ? 40 * MINUTE : random.nextInt(400);
      if (!lines.isEmpty() && random.nextInt(20) == 0) {
        lines.add(lines.get(lines.size() - 1 - random.nextInt(Math.min(lines.size(), 5_000))));
      } else {
        lines.add(event("mixed-" + random.nextInt(users), now - lateness()));
      }
    }
    return lines;
  }

  private long lateness() {
    return switch (random.nextInt(20)) {
      case 0 -> random.nextLong(30 * 60 * MINUTE);
      case 1, 2, 3 -> random.nextLong(50 * MINUTE);
      default -> random.nextLong(MINUTE / 10);
    };
  }

  private String event(String user, long at) {
    String session =
        random.nextInt(3) == 0 ? "" : "\"sessionId\":\"s-" + at / (120 * MINUTE) + "\",";
    return """
        {"eventId":"m-%d","userId":"%s",%s"occurredAt":"%s","channel":"web","locale":"en-US",%s}"""
        .formatted(ids++, user, session, Instant.ofEpochMilli(at), details());
  }

  private String details() {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 ->
          body("page_viewed", "\"page\":\"" + PAGES[random.nextInt(PAGES.length)] + "\"");
      case 3, 4 -> body("clicked", "\"element\":\"e" + random.nextInt(6) + "\"");
      case 5, 6 -> body("message_sent", "\"text\":\"" + TEXTS[random.nextInt(TEXTS.length)] + "\"");
      case 7 -> body("agent_replied", "\"automated\":" + random.nextBoolean());
      case 8 -> body("feedback", "\"kind\":\"csat\",\"score\":" + random.nextInt(1, 6));
      default ->
          body("issue_opened", "\"issueId\":\"i" + ids + "\",\"category\":\"c" + ids % 4 + "\"");
    };
  }

  private static String body(String type, String fields) {
    return "\"type\":\"" + type + "\",\"" + type + "\":{" + fields + "}";
  }
}
