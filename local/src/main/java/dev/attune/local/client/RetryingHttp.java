package dev.attune.local.client;

import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.infra.ServerException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends requests and repeats them while the other side is away, overloaded or restarting. Safe for
 * events because their ids make a repetition harmless. A side that refuses the first connection was
 * never started: that is said at once.
 */
final class RetryingHttp implements AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final HttpClient http =
      HttpClient.newBuilder()
          // all services are on this machine and speak it without an upgrade round
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final Duration patience;
  private final String server;
  private final LongAdder retries = new LongAdder();

  private volatile boolean hasAnswered;

  /**
   * @param server its name, for messages
   * @param patience how long a request is repeated before giving up
   */
  RetryingHttp(String server, Duration patience) {
    this.server = server;
    this.patience = patience;
  }

  HttpResponse<byte[]> send(HttpRequest request) {
    long deadline = System.nanoTime() + patience.toNanos();
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        HttpResponse<byte[]> response = BoundedHttp.send(http, request, BodyHandlers.ofByteArray());
        hasAnswered = true;
        if (!isTemporary(response.statusCode())) {
          return response;
        }
        pause = asked(response, pause);
        giveUpAfter(deadline, request, "answers " + response.statusCode());
      } catch (IOException e) {
        if (!hasAnswered && e.getCause() instanceof ConnectException) {
          throw ServerException.notStarted(server, request.uri().getPort());
        }
        giveUpAfter(deadline, request, "does not answer");
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      retries.increment();
      sleep(pause);
      pause = longer(pause);
    }
  }

  private static boolean isTemporary(int status) {
    return status == 429 || status == 503 || status == 502 || status == 504;
  }

  private static Duration asked(HttpResponse<?> response, Duration otherwise) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(seconds -> seconds.matches("\\d{1,3}"))
        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
        .orElse(otherwise);
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  private void giveUpAfter(long deadline, HttpRequest request, String why) {
    if (System.nanoTime() > deadline) {
      throw new ServerException(
          "The %s on port %d %s for %d s; ./attune status shows what runs."
              .formatted(server, request.uri().getPort(), why, patience.toSeconds()));
    }
  }

  private static void sleep(Duration pause) {
    try {
      // jitter: senders that failed together must not come back together
      Thread.sleep(pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis() + 1)));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static ServerException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ServerException("Interrupted while talking to the stack.", e);
  }

  long retries() {
    return retries.sum();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
