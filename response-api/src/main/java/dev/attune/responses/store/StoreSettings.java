package dev.attune.responses.store;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The prediction store.
 *
 * @param uri redis://[user:password@]host:port, rediss:// with TLS
 * @param readBudget beyond this a reply is generic: a person notices a bot that hesitates sooner
 *     than one that is less personal
 * @param connections for reads; more than a service's cores can use only queues inside Redis
 * @param waiters replies that may wait for a newer prediction at once, one connection each; past it
 *     a reply takes what is there
 * @param watchers browsers that may follow their prediction at once, one connection each
 */
@ConfigurationProperties("attune.redis")
public record StoreSettings(
    URI uri,
    @DefaultValue("20ms") Duration readBudget,
    @DefaultValue("32") int connections,
    @DefaultValue("64") int waiters,
    @DefaultValue("200") int watchers) {

  public StoreSettings {
    if (readBudget.toMillis() < 1 || readBudget.toMillis() > 10_000) {
      throw new IllegalArgumentException("attune.redis.read-budget must be 1 ms to 10 s");
    }
    if (connections < 1 || waiters < 1 || watchers < 1) {
      throw new IllegalArgumentException(
          "attune.redis.connections, waiters and watchers must be at least 1");
    }
  }
}
