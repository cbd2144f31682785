package dev.attune.gateway.limits;

import java.util.stream.LongStream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Token buckets of each instance. 0 means no limit; the local stack has none.
 *
 * @param perKey events a second of one write key, which is public; 2,000 are a site of 20,000
 *     visitors of whom each does something every ten seconds
 * @param burstSeconds how many seconds' worth of a key may come at once; browsers send in bursts
 * @param perUser events a second of one user with a write key; people make a few, scripts more
 * @param userBurstSeconds how many seconds' worth of a user may come at once: a browser that was
 *     offline brings up to 1,000 events, with 10 the first 200 at once and the others within 40 s
 * @param newUsers users a second whom a write key brings and this instance doesn't remember, so
 *     that a limit per user isn't evaded by ever new ids; keys of role write-signed have no such
 *     limit, since nobody can invent their users
 * @param newUserBurst how many new users may come at once; after a restart all are new
 * @param users how many users of a key are remembered; the longest unseen one is forgotten first.
 *     Of each key apart, or a flood of one key would make another's users forgotten
 * @param secretPerKey events a second of one secret key; off by default, since it is yours, and a
 *     replay of history sends as fast as it can
 * @param secretPerUser events a second of one user with a secret key; off by default, too, since a
 *     replay sends all of a user's past
 */
@ConfigurationProperties("attune.rates")
public record RateSettings(
    @DefaultValue("2000") long perKey,
    @DefaultValue("2") int burstSeconds,
    @DefaultValue("20") long perUser,
    @DefaultValue("10") int userBurstSeconds,
    @DefaultValue("50") long newUsers,
    @DefaultValue("1000") int newUserBurst,
    @DefaultValue("100000") int users,
    @DefaultValue("0") long secretPerKey,
    @DefaultValue("0") long secretPerUser) {
  /** Far above what an instance takes; keeps sums of times within a long. */
  private static final long MOST = 1_000_000_000;

  public RateSettings {
    Assert.isTrue(
        LongStream.of(perKey, perUser, newUsers, secretPerKey, secretPerUser)
            .allMatch(rate -> rate >= 0 && rate <= MOST),
        "attune.rates.*: a rate is between 0 and " + MOST);
    Assert.isTrue(burstSeconds >= 1, "attune.rates.burst-seconds must be at least 1");
    Assert.isTrue(userBurstSeconds >= 1, "attune.rates.user-burst-seconds must be at least 1");
    Assert.isTrue(newUserBurst >= 1, "attune.rates.new-user-burst must be at least 1");
    Assert.isTrue(users >= 1, "attune.rates.users must be at least 1");
  }
}
