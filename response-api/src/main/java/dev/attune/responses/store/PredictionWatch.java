package dev.attune.responses.store;

import dev.attune.predictions.BlockingReads;
import dev.attune.predictions.RedisPredictions;
import dev.attune.predictions.StoredEntry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Follows users' predictions with blocking reads, one connection a follower. Their number is
 * bounded, in all and of each user and key: who finds no place is told so instead of slowing
 * everyone.
 */
@Component
public class PredictionWatch implements DisposableBean {
  /** So that a stopping service is not held up by its followers. */
  private static final Duration ROUND = Duration.ofSeconds(1);

  /** For the answer of a round. Without Redis there is none until it is back. */
  private static final Duration PATIENCE = ROUND.multipliedBy(2);

  private final BlockingReads reads;
  private final OpenStreams streams;
  private volatile boolean open = true;

  PredictionWatch(RedisPredictions redis, StoreSettings settings, MeterRegistry meters) {
    reads = redis.blockingReads(settings.watchers(), ROUND);
    streams = new OpenStreams(settings);
    Gauge.builder("attune.prediction.streams", streams, OpenStreams::count)
        .description("open streams of predictions")
        .register(meters);
  }

  /**
   * A place to follow a user from.
   *
   * @param key the name of the caller's
   * @throws dev.attune.http.Problem {@code rate_limited}, {@code unavailable}
   */
  public Place place(String userId, String key) {
    streams.open(userId, key);
    return new Place(userId, key);
  }

  public boolean isOpen() {
    return open;
  }

  /** Comes before the web server reads for its requests, of which followers would never end. */
  @EventListener(ContextClosedEvent.class)
  void leave() {
    open = false;
  }

  @Override
  public void destroy() {
    open = false;
  }

  /** One follower's connection; used by one thread. */
  public final class Place implements AutoCloseable {
    private final String userId;
    private final String key;
    private boolean taken = true;

    /** A read that has no answer yet: a second one would take a second connection. */
    private @Nullable CompletableFuture<Optional<StoredEntry>> pending;

    private Place(String userId, String key) {
      this.userId = userId;
      this.key = key;
    }

    /**
     * The next prediction above a version, null when none came within a round, and after two rounds
     * when Redis doesn't answer.
     *
     * @param above an entry id, or null for whatever is there
     * @throws java.util.concurrent.CompletionException when Redis is away
     */
    public @Nullable StoredEntry next(@Nullable String above) {
      var read = pending;
      if (read == null) {
        read = reads.next(userId, above == null ? "0-0" : above, ROUND);
        pending = read;
      }
      try {
        return read.copy()
            .completeOnTimeout(Optional.empty(), PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .join()
            .orElse(null);
      } finally {
        if (read.isDone()) {
          pending = null;
        }
      }
    }

    @Override
    public void close() {
      if (taken) {
        taken = false;
        streams.close(userId, key);
      }
    }
  }
}
