package dev.attune.inference.refill;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * When everybody is scored again.
 *
 * @param interval how often Redis is asked whether it lost something; a second of generic replies
 *     more or less is not noticed, and one small read a second costs nothing
 * @param settle how long profiles are followed after the last known one. A user scored just before
 *     Redis was emptied may have a profile in a transaction that is still open; the streams'
 *     transactions expire after 6 s, and brokers look for such ones every 10 s
 * @param lease one instance refills at a time; when it dies another takes over after this
 * @param patience how long Redis or the model may be away before the refill starts over
 */
@ConfigurationProperties("attune.refill")
public record RefillSettings(
    @DefaultValue("1s") Duration interval,
    @DefaultValue("20s") Duration settle,
    @DefaultValue("10s") Duration lease,
    @DefaultValue("30s") Duration patience) {
  public RefillSettings {
    Assert.isTrue(interval.isPositive(), "attune.refill.interval must be positive");
    Assert.isTrue(!settle.isNegative(), "attune.refill.settle must not be negative");
    Assert.isTrue(
        lease.compareTo(interval.multipliedBy(3)) > 0,
        "attune.refill.lease must be more than three intervals, it is renewed once an interval");
    Assert.isTrue(!patience.isNegative(), "attune.refill.patience must not be negative");
  }
}
