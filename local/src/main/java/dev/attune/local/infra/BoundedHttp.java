package dev.attune.local.infra;

import dev.attune.core.concurrent.Futures;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Requests that end: a server that never answers, or stops in the middle of its answer, is an error
 * after a minute. One client for all, which closes nothing that a caller has to wait for.
 */
public final class BoundedHttp {
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          // all parts are on this machine and speak it without an upgrade round
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private BoundedHttp() {}

  /**
   * The answer of a GET.
   *
   * @throws IOException when none comes in time
   */
  public static HttpResponse<String> get(URI url) throws IOException {
    return send(HttpRequest.newBuilder(url));
  }

  /**
   * The answer of a request.
   *
   * @throws IOException when none comes in time
   */
  public static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return send(CLIENT, request.build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for an answer", e);
    }
  }

  /**
   * The same by another client.
   *
   * @throws IOException when no answer comes in time
   */
  public static <T> HttpResponse<T> send(
      HttpClient client, HttpRequest request, BodyHandler<T> body)
      throws IOException, InterruptedException {
    try {
      return Futures.within(client.sendAsync(request, body), LONGEST);
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + LONGEST, e);
    }
  }
}
