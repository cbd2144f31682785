package dev.attune.bench.responses;

import dev.attune.bench.http.Requests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Requests for a greeting, each for another of the stored users, far apart from the one before so
 * that no cache in between helps.
 *
 * @param users that the store holds
 * @param after whether the request names an event that the user's prediction includes, which a near
 *     cache may answer
 */
record ReplyRequests(int users, boolean after) implements Requests {
  private static final int WIDTH = 7;

  /** Coprime to every number of users here, so that all of them are asked for in turn. */
  private static final long STRIDE = 999_983;

  static String user(long number) {
    return "bench-" + String.format("%0" + WIDTH + "d", number);
  }

  @Override
  public void write(long n, ByteBuffer into) {
    String body =
        "{\"userId\":\"%s\",\"sessionId\":\"s-1\",\"slot\":\"greeting\",\"locale\":\"en-US\",\"variables\":{\"name\":\"Ada\"}%s}"
            .formatted(user(n * STRIDE % users), after ? ",\"after\":\"0-1\"" : "");
    String request =
        """
        POST /v1/responses HTTP/1.1\r
        Host: 127.0.0.1\r
        Authorization: Bearer local-secret\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        %s"""
            .formatted(body.length(), body);
    into.put(request.getBytes(StandardCharsets.US_ASCII));
  }
}
