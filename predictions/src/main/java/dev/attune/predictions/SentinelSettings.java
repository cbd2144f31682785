package dev.attune.predictions;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is special about sentinels.
 *
 * @param masterName the primary's name at the sentinels
 * @param login the account at the sentinels, which have accounts of their own, often none
 */
public record SentinelSettings(
    @DefaultValue("") String masterName, @DefaultValue LoginSettings login) {

  public static final SentinelSettings NONE = new SentinelSettings("", LoginSettings.NONE);

  boolean isGiven() {
    return !masterName.isEmpty() || login.isGiven();
  }
}
