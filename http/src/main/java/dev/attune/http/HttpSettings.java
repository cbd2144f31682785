package dev.attune.http;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The connections of clients.
 *
 * @param maxConnections at once; what comes beyond is closed. Connections are the bound, since
 *     neither threads nor bodies grow with them
 * @param idleTimeout how long a connection may rest between requests
 * @param readTimeout how long a body may pause: who sends it drop by drop is cut off
 */
@ConfigurationProperties("attune.http")
public record HttpSettings(
    @DefaultValue("8192") int maxConnections,
    @DefaultValue("60s") Duration idleTimeout,
    @DefaultValue("20s") Duration readTimeout) {
  public HttpSettings {
    require(maxConnections >= 1, "max-connections must be at least 1");
    require(idleTimeout.toMillis() >= 1, "idle-timeout must be positive");
    require(readTimeout.toMillis() >= 1, "read-timeout must be positive");
  }

  private static void require(boolean condition, String rule) {
    if (!condition) {
      throw new IllegalArgumentException("attune.http." + rule);
    }
  }
}
