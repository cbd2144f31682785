package dev.attune.http;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The connections of clients.
 *
 * @param maxConnections at once; what comes beyond is closed. Connections are the bound, since
 *     neither threads nor bodies grow with them
 * @param idleTimeout how long a connection may rest between requests
 * @param readTimeout how long a body may pause: who sends it drop by drop is cut off
 */
@Validated
@ConfigurationProperties("attune.http")
public record HttpSettings(
    @DefaultValue("8192") @Min(1) int maxConnections,
    @DefaultValue("60s") Duration idleTimeout,
    @DefaultValue("20s") Duration readTimeout) {

  public HttpSettings {
    if (idleTimeout.toMillis() < 1 || readTimeout.toMillis() < 1) {
      throw new IllegalArgumentException(
          "attune.http.idle-timeout and attune.http.read-timeout must be positive");
    }
  }
}
