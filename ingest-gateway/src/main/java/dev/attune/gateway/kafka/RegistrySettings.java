package dev.attune.gateway.kafka;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The schema registry.
 *
 * @param url of its Confluent-compatible API
 * @param timeout of one call with its retries; under the request's deadline, since a batch with a
 *     schema id not seen before waits for it
 */
@ConfigurationProperties("attune.registry")
public record RegistrySettings(
    @DefaultValue("http://127.0.0.1:7081/apis/ccompat/v7") URI url,
    @DefaultValue("3s") Duration timeout) {

  public RegistrySettings {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("attune.registry.timeout must be positive");
    }
    if (url.getScheme() == null || !url.getScheme().startsWith("http") || url.getHost() == null) {
      throw new IllegalArgumentException("attune.registry.url must be an http(s) URL");
    }
  }
}
