package dev.attune.gateway.limits;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds of the adaptive limit on requests that wait for the broker.
 *
 * @param minConcurrency never fewer; one slow disk flush must not turn a quiet service away
 * @param maxConcurrency never more, whatever the broker seems to bear; bounds what a dying broker
 *     leaves waiting
 */
@Validated
@ConfigurationProperties("attune.overload")
public record OverloadSettings(
    @DefaultValue("200") @Min(1) int minConcurrency,
    @DefaultValue("2000") @Min(1) @Max(100_000) int maxConcurrency) {

  public OverloadSettings {
    if (minConcurrency > maxConcurrency) {
      throw new IllegalArgumentException(
          "attune.overload.min-concurrency must not exceed max-concurrency");
    }
  }
}
