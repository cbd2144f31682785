package dev.attune.gateway.limits;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Bounds of the adaptive limit on requests that wait for the broker.
 *
 * @param minConcurrency never fewer; one slow disk flush must not turn a quiet service away
 * @param maxConcurrency never more, whatever the broker seems to bear; bounds what a dying broker
 *     leaves waiting
 */
@ConfigurationProperties("attune.overload")
public record OverloadSettings(
    @DefaultValue("200") int minConcurrency, @DefaultValue("2000") int maxConcurrency) {
  public OverloadSettings {
    Assert.isTrue(
        minConcurrency >= 1 && minConcurrency <= maxConcurrency,
        "attune.overload.min-concurrency must be 1 to attune.overload.max-concurrency");
    Assert.isTrue(
        maxConcurrency <= 100_000, "attune.overload.max-concurrency must be at most 100000");
  }
}
