package dev.attune.inference.drift;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Drift monitoring.
 *
 * @param enabled false saves the two topics' reading where another tool watches drift
 * @param window how far back the distributions reach: a day holds the daily rhythm whole, so that
 *     the night doesn't pass for drift
 * @param tiles the window slides in this many steps
 */
@ConfigurationProperties("attune.drift")
public record DriftSettings(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("24h") Duration window,
    @DefaultValue("24") int tiles) {
  public DriftSettings {
    Assert.isTrue(tiles >= 1 && tiles <= 1_000, "attune.drift.tiles must be 1 to 1000");
    Assert.isTrue(window.toMillis() >= tiles, "attune.drift.window must be longer than its tiles");
  }

  long tileMillis() {
    return window.toMillis() / tiles;
  }
}
