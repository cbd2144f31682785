package dev.attune.bench.ingest;

import dev.attune.bench.http.Requests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Requests of one length whose events have ids and users of their own. An event is a message like a
 * customer writes it; its digits are filled in place.
 */
public final class EventRequests implements Requests {
  private static final String EVENT =
      "{\"eventId\":\"01890a5d-ac96-774b-bcce-############\",\"type\":\"message_sent\","
          + "\"userId\":\"customer-@@@@@@\",\"sessionId\":\"s-2041-7783\","
          + "\"occurredAt\":\"2026-01-02T03:04:05.678Z\",\"channel\":\"web\",\"locale\":\"en-US\","
          + "\"context\":{\"page\":\"/orders\",\"timezone\":\"Europe/Madrid\"},"
          + "\"message_sent\":{\"text\":\"where is my order? it should have been here on Monday\"}}";
  private static final Digits ID = Digits.of('#');
  private static final Digits USER = Digits.of('@');
  private static final int USERS = 1000;

  private final byte[] head;
  private final byte[] event;
  private final int events;

  private EventRequests(byte[] head, byte[] event, int events) {
    this.head = head;
    this.event = event;
    this.events = events;
  }

  /**
   * @param events of each request
   */
  public static EventRequests of(int events) {
    byte[] event = EVENT.getBytes(StandardCharsets.US_ASCII);
    int length = events == 1 ? event.length : 13 + events * (event.length + 1) - 1;
    String head =
        """
        POST /v1/events HTTP/1.1\r
        Host: 127.0.0.1\r
        Authorization: Bearer local-write\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        """
            .formatted(length);
    return new EventRequests(head.getBytes(StandardCharsets.US_ASCII), event, events);
  }

  int events() {
    return events;
  }

  /** One event, as JSON. */
  static String example() {
    return EVENT.replace('#', '7').replace('@', '7');
  }

  @Override
  public void write(long n, ByteBuffer into) {
    into.put(head);
    if (events == 1) {
      event(n, into);
      return;
    }
    into.put("{\"events\":[".getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < events; i++) {
      if (i > 0) {
        into.put((byte) ',');
      }
      event(n * events + i, into);
    }
    into.put((byte) ']').put((byte) '}');
  }

  private void event(long number, ByteBuffer into) {
    int start = into.position();
    into.put(event);
    ID.write(number, start, into);
    USER.write(number % USERS, start, into);
  }

  /** A run of placeholders in the event; found once, since the load shares the processors. */
  private record Digits(int first, int last) {
    static Digits of(char placeholder) {
      return new Digits(EVENT.indexOf(placeholder), EVENT.lastIndexOf(placeholder));
    }

    void write(long number, int start, ByteBuffer into) {
      long left = number;
      for (int i = last; i >= first; i--) {
        into.put(start + i, (byte) ('0' + left % 10));
        left /= 10;
      }
    }
  }
}
