package dev.attune.http;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Another service's answer within a limit, its body included: the timeout of the JDK's request ends
 * with the answer's head (JDK-8208693, until 26).
 */
public final class WholeAnswer {
  private WholeAnswer() {}

  /**
   * Sends a request.
   *
   * @param limit from the connection to the body's last byte
   * @throws IOException when there is no whole answer in time
   */
  public static <T> HttpResponse<T> of(
      HttpClient client, HttpRequest request, BodyHandler<T> body, Duration limit)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<T>> answer = client.sendAsync(request, body);
    try {
      return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no whole answer within " + limit);
    } finally {
      var unused = answer.cancel(true); // closes the connection of an answer that is given up
    }
  }
}
