package dev.attune.sdk;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Carries one POST to the server. {@link HttpTransport} is the default; implement this where the
 * JDK's HTTP client is missing (Android) or where requests must go another way.
 */
public interface Transport {
  /**
   * @param headers names to values, Content-Type and Authorization among them
   * @param timeout for the whole answer: a body that stalls would hold the only sending thread
   * @throws IOException where no complete answer came; the request is tried again
   */
  Response post(String url, Map<String, String> headers, byte[] body, Duration timeout)
      throws IOException, InterruptedException;

  /** An answer: its status, its Retry-After header where there is one, its body as text. */
  final class Response {
    private final int status;
    private final @Nullable String retryAfter;
    private final String body;

    public Response(int status, @Nullable String retryAfter, String body) {
      this.status = status;
      this.retryAfter = retryAfter;
      this.body = body;
    }

    public int status() {
      return status;
    }

    public @Nullable String retryAfter() {
      return retryAfter;
    }

    public String body() {
      return body;
    }
  }
}
