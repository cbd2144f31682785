package dev.attune.gateway.limits;

import dev.attune.gateway.limits.TokenBucket.Rate;

/**
 * What a kind of key may bring.
 *
 * @param key events of the key
 * @param user events of each of its users
 * @param newUsers users that are not remembered
 */
record Limits(Rate key, Rate user, Rate newUsers) {
  private static final Rate NONE = new Rate(0, 0);

  /** Keys in browsers, which everybody has. */
  static Limits ofBrowsers(RateSettings settings) {
    return new Limits(
        rate(settings.perKey(), settings.burstSeconds()),
        rate(settings.perUser(), settings.userBurstSeconds()),
        new Rate(settings.newUsers(), settings.newUserBurst()));
  }

  /** Keys whose users are proven: a stranger can't invent any. */
  static Limits ofSignedBrowsers(RateSettings settings) {
    Limits browsers = ofBrowsers(settings);
    return new Limits(browsers.key, browsers.user, NONE);
  }

  static Limits ofServers(RateSettings settings) {
    return new Limits(
        rate(settings.secretPerKey(), settings.burstSeconds()),
        rate(settings.secretPerUser(), settings.userBurstSeconds()),
        NONE);
  }

  private static Rate rate(long perSecond, int burstSeconds) {
    return new Rate(perSecond, perSecond * burstSeconds);
  }

  boolean limitAnything() {
    return key.isLimit() || limitUsers();
  }

  boolean limitUsers() {
    return user.isLimit() || newUsers.isLimit();
  }
}
