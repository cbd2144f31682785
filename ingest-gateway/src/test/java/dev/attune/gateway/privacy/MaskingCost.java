package dev.attune.gateway.privacy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.attune.gateway.privacy.PrivacySettings.WithoutConsent;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.ParsedBody;
import dev.attune.schemas.json.ParsedEvent;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Processor time of reading and masking one event: the median of turns. Run by hand. */
final class MaskingCost {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int TURNS = 9;
  private static final int EVENTS = 40_000;
  private static final List<String> BODIES =
      List.of(
          body(
              "page_viewed",
              "{\"page\":\"/orders/1234\",\"title\":\"Your orders\",\"seconds\":12.5}"),
          body("clicked", "{\"element\":\"#track-order\",\"page\":\"/orders\"}"),
          body(
              "message_sent", "{\"text\":\"where is my order 1234567, I waited for a week now?\"}"),
          body(
              "message_sent", "{\"text\":\"¿dónde está mi pedido? llevo una semana esperándolo\"}"),
          body("custom", "{\"name\":\"saved\",\"properties\":{\"item\":\"sku-12\",\"n\":3}}"));

  private MaskingCost() {}

  public static void main(String[] arguments) {
    EventMasking masking =
        new EventMasking(
            new PrivacySettings(true, true, true, true, Map.of(), List.of(), WithoutConsent.STRIP));
    EventJson json = EventJson.standard();
    byte[][] bodies = BODIES.stream().map(b -> b.getBytes(UTF_8)).toArray(byte[][]::new);
    double[] turns = new double[TURNS];
    long events = 0;
    for (int turn = 0; turn < TURNS; turn++) {
      long start = THREADS.getCurrentThreadCpuTime();
      for (int i = 0; i < EVENTS; i++) {
        var read = (ParsedBody.Events) json.readBody(bodies[i % bodies.length]);
        var event = ((ParsedEvent.Valid) read.events().getFirst()).event();
        masking.event(event);
        events += event.getUserId().length();
      }
      turns[turn] = (THREADS.getCurrentThreadCpuTime() - start) / (double) EVENTS;
    }
    Arrays.sort(turns);
    System.out.printf("%.0f ns an event (%d)%n", turns[TURNS / 2], events);
  }

  private static String body(String type, String detail) {
    return """
    {"eventId":"018f4a3c-5b6d-7123-8123-0123456789ab","type":"%s","userId":"user-123",\
    "sessionId":"s-77","occurredAt":"2026-01-02T03:04:05.678Z","channel":"web","locale":"en-US",\
    "context":{"page":"/orders","timezone":"Europe/Madrid","referrer":"https://shop.example/cart",\
    "userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/128.0.0.0 Safari/537.36"},\
    "%s":%s}\
    """
        .formatted(type, type, detail);
  }
}
