package dev.attune.tracing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Which requests are traced though nobody asked for it. Whether traces are exported at all is said
 * by {@code management.tracing.export.enabled}.
 *
 * @param slow a request that takes so long, or fails, leaves this service's spans whatever the
 *     sampling
 */
@ConfigurationProperties("attune.tracing")
public record TracingSettings(@DefaultValue("1s") Duration slow) {
  public TracingSettings {
    Assert.isTrue(!slow.isNegative(), "attune.tracing.slow must not be negative");
  }
}
