package dev.attune.responses.store;

import dev.attune.predictions.PredictionKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.XReadParams;

/**
 * Follows users' predictions with blocking reads, one connection a follower. Their number is
 * bounded: who finds no place is told so instead of slowing everyone.
 */
@Component
public class PredictionWatch implements DisposableBean {

  /** So that a stopping service is not held up by its followers. */
  private static final Duration ROUND = Duration.ofSeconds(1);

  private final RedisClient client;
  private final Semaphore places;
  private volatile boolean open = true;

  PredictionWatch(StoreSettings settings) {
    client = RedisConnections.waiting(settings, settings.watchers(), ROUND);
    places = new Semaphore(settings.watchers());
  }

  /** A place to follow from, empty when all are taken. */
  public Optional<Place> place() {
    return places.tryAcquire() ? Optional.of(new Place()) : Optional.empty();
  }

  public boolean isOpen() {
    return open;
  }

  /** Comes before the web server waits for its requests, of which followers would never end. */
  @EventListener(ContextClosedEvent.class)
  void leave() {
    open = false;
  }

  @Override
  public void destroy() {
    open = false;
    client.close();
  }

  /** One follower's connection; used by one thread. */
  public final class Place implements AutoCloseable {

    private boolean taken = true;

    /**
     * The next prediction above a version, null when none came within a round.
     *
     * @param above an entry id, or null for whatever is there
     */
    public @Nullable Versioned next(String userId, @Nullable String above) {
      var params = XReadParams.xReadParams().count(1).block((int) ROUND.toMillis());
      byte[] from = (above == null ? "0-0" : above).getBytes(StandardCharsets.UTF_8);
      byte[] key = PredictionKey.of(userId).getBytes(StandardCharsets.UTF_8);
      return StreamEntries.ofRead(client.xread(params, Map.entry(key, from)));
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
