package dev.attune.streams.skew;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

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
    Assert.isTrue(oneIn >= 0, "attune.skew.one-in must not be negative");
    Assert.isTrue(!since.isNegative(), "attune.skew.since must not be negative");
  }
}
