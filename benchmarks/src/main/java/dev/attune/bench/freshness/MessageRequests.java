package dev.attune.bench.freshness;

import dev.attune.bench.http.Requests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One message a request, each from the next of the users.
 *
 * @param first number of the first message: no two phases send the same
 * @param arrivals told when each leaves
 */
record MessageRequests(long first, PredictionArrivals arrivals) implements Requests {
  static String user(long number) {
    return "customer-" + number % PredictionArrivals.USERS;
  }

  @Override
  public void write(long n, ByteBuffer into) {
    long number = first + n;
    String event =
        ("{\"eventId\":\"01890a5d-ac96-774b-bcce-%012d\",\"type\":\"message_sent\",\"userId\":\"%s\","
                + "\"sessionId\":\"s-%d\",\"occurredAt\":\"%s\",\"channel\":\"web\","
                + "\"locale\":\"en-US\",\"context\":{\"page\":\"/orders\"},\"message_sent\":"
                + "{\"text\":\"where is my order? it should have been here on Monday\"}}")
            .formatted(number, user(number), number % PredictionArrivals.USERS, Instant.now());
    String head =
        """
        POST /v1/events HTTP/1.1\r
        Host: 127.0.0.1\r
        Authorization: Bearer local-write\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        """
            .formatted(event.length());
    into.put((head + event).getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void leaving(long n, long sinceNanos) {
    arrivals.expect(first + n, sinceNanos);
  }
}
