package dev.attune.console.drift;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Where the drift of model versions over time is kept.
 *
 * @param file where it survives a restart, 1 MB at most; empty: in memory only, which suits a
 *     container without a disk
 * @param interval how often inference-service is asked. Its answer is of the last 24 hours, so that
 *     more often would say the same
 */
@ConfigurationProperties("attune.console.drift")
record DriftSettings(@DefaultValue("") String file, @DefaultValue("30s") Duration interval) {
  DriftSettings {
    Assert.isTrue(
        interval.toSeconds() >= 1, "attune.console.drift.interval must be a second at least");
  }
}
