package dev.attune.sdk;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@link Transport} over the JDK's HTTP client; connections are kept and shared. The timeout is for
 * the whole answer.
 */
public final class HttpTransport implements Transport {
  private final HttpClient client;

  public HttpTransport() {
    this(HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build());
  }

  public HttpTransport(HttpClient client) {
    this.client = client;
  }

  @Override
  public Response post(String url, Map<String, String> headers, byte[] body, Duration timeout)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(timeout)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    HttpResponse<String> response =
        whole(
            client.sendAsync(
                request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)),
            timeout);
    return new Response(
        response.statusCode(),
        response.headers().firstValue("Retry-After").orElse(null),
        response.body());
  }

  /**
   * The request's own timeout ends with the headers, and a body that stalls would be waited for.
   */
  private static HttpResponse<String> whole(
      CompletableFuture<HttpResponse<String>> answer, Duration timeout)
      throws IOException, InterruptedException {
    try {
      return answer.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no whole answer within " + timeout);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException
          ? (IOException) e.getCause()
          : new IOException(e.getCause());
    } finally {
      // closes the connection of an answer that is given up (from Java 16 on)
      answer.cancel(true);
    }
  }
}
