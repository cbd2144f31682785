package dev.attune.responses.store;

import dev.attune.predictions.BlockingReads;
import dev.attune.predictions.RedisPredictions;
import dev.attune.predictions.StoredEntry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Follows users' predictions with blocking reads, one connection a follower. Their number is
 * bounded: who finds no place is told so instead of slowing everyone.
 */
@Component
public class PredictionWatch implements DisposableBean {
  /** So that a stopping service is not held up by its followers. */
  private static final Duration ROUND = Duration.ofSeconds(1);

  private final BlockingReads reads;
  private final Semaphore places;
  private volatile boolean open = true;

  PredictionWatch(RedisPredictions redis, StoreSettings settings) {
    reads = redis.blockingReads(settings.watchers(), ROUND);
    places = new Semaphore(settings.watchers());
  }

  /** A place to follow from, empty when all are taken. */
  public Optional<Place> place() {
    return places.tryAcquire() ? Optional.of(new Place()) : Optional.empty();
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
    private boolean taken = true;

    /**
     * The next prediction above a version, null when none came within a round.
     *
     * @param above an entry id, or null for whatever is there
     * @throws java.util.concurrent.CompletionException when Redis is away
     */
    public @Nullable StoredEntry next(String userId, @Nullable String above) {
      return reads.next(userId, above == null ? "0-0" : above, ROUND).join().orElse(null);
    }

    @Override
    public void close() {
      if (taken) {
        taken = false;
        places.release();
      }
    }
  }
}
