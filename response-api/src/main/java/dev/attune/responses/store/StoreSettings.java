package dev.attune.responses.store;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * How predictions are read; {@code attune.redis} says from where.
 *
 * @param readBudget beyond this a reply is generic: a person notices a bot that hesitates sooner
 *     than one that is less personal
 * @param lookUpBudget beyond this a look at a user fails: no chat waits for it, and a machine that
 *     is busy for a moment should not make it fail
 * @param waiters replies that may wait for a newer prediction at once, one connection each; past it
 *     a reply takes what is there
 * @param watchers browsers that may follow their prediction at once, one connection each; past it
 *     503
 * @param watchersPerUser of these for one user, who has a stream a device: past it 429, so that one
 *     visitor can't take all places
 * @param watchersPerKey of these with one API key: past it 429, so that one page or server leaves
 *     places to the others
 * @param nearCache predictions kept for requests that name the event they want included; a kilobyte
 *     each; 0: every read goes to Redis
 * @param nearCacheTime longest that one is kept: how long an erased user may still be known here
 * @param heartbeat after so long without news a following browser is told that all is well: proxies
 *     and the browser SDK cut what is silent for 30 s
 */
@ConfigurationProperties("attune.store")
public record StoreSettings(
    @DefaultValue("20ms") Duration readBudget,
    @DefaultValue("1s") Duration lookUpBudget,
    @DefaultValue("64") int waiters,
    @DefaultValue("200") int watchers,
    @DefaultValue("5") int watchersPerUser,
    @DefaultValue("160") int watchersPerKey,
    @DefaultValue("10000") int nearCache,
    @DefaultValue("1s") Duration nearCacheTime,
    @DefaultValue("10s") Duration heartbeat) {
  public StoreSettings {
    Assert.isTrue(
        readBudget.toMillis() >= 1 && readBudget.toMillis() <= 10_000,
        "attune.store.read-budget must be 1 ms to 10 s");
    Assert.isTrue(
        lookUpBudget.compareTo(readBudget) >= 0 && lookUpBudget.toMillis() <= 10_000,
        "attune.store.look-up-budget must be read-budget or more, up to 10 s");
    Assert.isTrue(waiters >= 1, "attune.store.waiters must be at least 1");
    Assert.isTrue(watchers >= 1, "attune.store.watchers must be at least 1");
    Assert.isTrue(watchersPerUser >= 1, "attune.store.watchers-per-user must be at least 1");
    Assert.isTrue(watchersPerKey >= 1, "attune.store.watchers-per-key must be at least 1");
    Assert.isTrue(nearCache >= 0, "attune.store.near-cache must not be negative");
    Assert.isTrue(
        !nearCacheTime.isNegative() && nearCacheTime.toMinutes() < 1,
        "attune.store.near-cache-time must be 0 to a minute");
    Assert.isTrue(heartbeat.isPositive(), "attune.store.heartbeat must be positive");
  }
}
