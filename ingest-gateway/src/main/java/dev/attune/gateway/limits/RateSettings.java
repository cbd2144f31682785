package dev.attune.gateway.limits;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Token buckets, counted in events. 0 means no limit.
 *
 * @param perKey events a second of one API key; off by default because a write key is shared by all
 *     visitors of a site, whose number only the operator knows
 * @param perUser events a second of one user through this instance; off by default, since a replay
 *     of history sends a user's events as fast as it can
 * @param burstSeconds how many seconds' worth may come at once; browsers send in bursts
 * @param users how many users are remembered; the longest unseen one is forgotten first
 */
@ConfigurationProperties("attune.rates")
public record RateSettings(
    @DefaultValue("0") long perKey,
    @DefaultValue("0") long perUser,
    @DefaultValue("2") int burstSeconds,
    @DefaultValue("100000") int users) {
  public RateSettings {
    require(perKey >= 0, "per-key must not be negative");
    require(perUser >= 0, "per-user must not be negative");
    require(burstSeconds >= 1, "burst-seconds must be at least 1");
    require(users >= 1, "users must be at least 1");
  }

  private static void require(boolean condition, String rule) {
    if (!condition) {
      throw new IllegalArgumentException("attune.rates." + rule);
    }
  }
}
