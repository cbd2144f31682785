package dev.attune.bench.responses;

import dev.attune.bench.http.Requests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Requests for a greeting, each for another of the stored users, far apart from the one before so
 * that no cache in between helps. Only the user's digits are written anew: the load shares the
 * processors with what it measures.
 */
public final class ReplyRequests implements Requests {
  private static final int WIDTH = 7;
  private static final String PREFIX = "bench-";

  /** Coprime to every number of users here, so that all of them are asked for in turn. */
  private static final long STRIDE = 999_983;

  private final int users;
  private final byte[] request;
  private final int lastDigit;

  /**
   * @param users that the store holds
   * @param after whether the request names an event that the user's prediction includes, which a
   *     near cache may answer
   */
  public ReplyRequests(int users, boolean after) {
    this.users = users;
    String user = user(0);
    String body =
        "{\"userId\":\"%s\",\"sessionId\":\"s-1\",\"slot\":\"greeting\",\"locale\":\"en-US\",\"variables\":{\"name\":\"Ada\"}%s}"
            .formatted(user, after ? ",\"after\":\"0-1\"" : "");
    String text =
        """
        POST /v1/responses HTTP/1.1\r
        Host: 127.0.0.1\r
        Authorization: Bearer local-secret\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        %s"""
            .formatted(body.length(), body);
    this.request = text.getBytes(StandardCharsets.US_ASCII);
    this.lastDigit = text.indexOf(user) + user.length() - 1;
  }

  static String user(long number) {
    return PREFIX + String.format("%0" + WIDTH + "d", number);
  }

  @Override
  public void write(long n, ByteBuffer into) {
    into.put(request);
    long left = n * STRIDE % users;
    for (int i = 0; i < WIDTH; i++) {
      into.put(lastDigit - i, (byte) ('0' + left % 10));
      left /= 10;
    }
  }
}
