package dev.attune.streams.skew;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The check of a sample of users while the service runs.
 *
 * @param oneIn one user in so many is computed a second time, by the key's hash; 0 switches the
 *     check off
 * @param since how far back it begins to read at a start: far enough to meet new users, short
 *     enough that a restart doesn't read the whole topic
 */
@ConfigurationProperties("attune.skew")
public record SkewSettings(@DefaultValue("1024") int oneIn, @DefaultValue("1h") Duration since) {
  public SkewSettings {
    if (oneIn < 0) {
      throw new IllegalArgumentException("attune.skew.one-in must not be negative");
    }
    if (since.isNegative()) {
      throw new IllegalArgumentException("attune.skew.since must not be negative");
    }
  }
}
