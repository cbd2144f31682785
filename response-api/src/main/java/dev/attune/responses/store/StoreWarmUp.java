package dev.attune.responses.store;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Reads from Redis on each of the server's threads before the service is ready. Otherwise the first
 * replies would pay for connections and cold code, exceed the read budget, and be generic.
 */
@Component
final class StoreWarmUp implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(StoreWarmUp.class);

  /** A Redis that is away holds up no start: replies are generic without it. */
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final PredictionStore store;
  private volatile boolean running;

  StoreWarmUp(PredictionStore store) {
    this.store = store;
  }

  @Override
  public void start() {
    running = true;
    if (!store.warmUp(LONGEST)) {
      log.warn("Redis did not answer within the read budget yet: first replies may be generic");
    }
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Before anything is served. */
  @Override
  public int getPhase() {
    return -50;
  }
}
