package dev.attune.responses.store;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Reads from Redis on each of the server's threads before anything is served. Otherwise the first
 * replies would pay for connections and cold code, exceed the read budget, and be generic.
 */
@Component
final class StoreWarmUp implements SmartInitializingSingleton {
  private static final Logger log = LoggerFactory.getLogger(StoreWarmUp.class);

  /** A Redis that is away holds up no start: replies are generic without it. */
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final PredictionStore store;

  StoreWarmUp(PredictionStore store) {
    this.store = store;
  }

  @Override
  public void afterSingletonsInstantiated() {
    if (!store.warmUp(LONGEST)) {
      log.warn("Redis did not answer within the read budget yet: first replies may be generic");
    }
  }
}
