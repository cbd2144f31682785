package dev.attune.gateway.events;

import dev.attune.schemas.json.EventLimits;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/**
 * What one request may carry. The defaults are the contract's.
 *
 * @param maxCompressed bytes of a gzip body on the wire
 * @param maxBody bytes of a body once it is plain; a bomb stops here
 * @param maxInFlight bytes of all bodies being worked on; bounds memory whatever the clients do,
 *     since an event takes about its bytes again once it is read; beyond it who holds most for
 *     longest and is still sending gets a 503, and if nobody is, who comes
 * @param maxInFlightPerKey the same of one key's bodies, or one token's; less than all, so that a
 *     public key never takes everything from the servers' keys
 * @param maxEvent bytes an event; longer ones are no interactions but documents
 * @param maxEvents events a batch: one bad network moment should not cost more than so many
 * @param maxNesting objects and arrays inside each other in an event; deep nesting serves nobody
 *     but attackers of recursive readers
 * @param keepUnknown true keeps fields the schema does not know, so that a newer SDK loses nothing,
 *     false refuses them
 */
// the longer name stands first: Spring's processor takes the first one that begins like it
@ConfigurationProperties("attune.body")
public record BodySettings(
    @DefaultValue("1MB") DataSize maxCompressed,
    @DefaultValue("4MB") DataSize maxBody,
    @DefaultValue("24MB") DataSize maxInFlightPerKey,
    @DefaultValue("32MB") DataSize maxInFlight,
    @DefaultValue("500") int maxEvents,
    @DefaultValue("32KB") DataSize maxEvent,
    @DefaultValue("32") int maxNesting,
    @DefaultValue("true") boolean keepUnknown) {
  public BodySettings {
    Assert.isTrue(maxCompressed.toBytes() > 0, "attune.body.max-compressed must be positive");
    Assert.isTrue(
        maxBody.toBytes() > 0 && maxBody.toMegabytes() < 1024,
        "attune.body.max-body must be under 1GB");
    Assert.isTrue(
        maxInFlight.compareTo(maxBody) >= 0, "attune.body.max-in-flight must hold one max-body");
    Assert.isTrue(
        maxInFlightPerKey.compareTo(maxBody) >= 0,
        "attune.body.max-in-flight-per-key must hold one max-body");
    Assert.isTrue(
        maxEvents >= 1 && maxEvents <= 100_000, "attune.body.max-events must be 1 to 100000");
    Assert.isTrue(maxNesting >= 2 && maxNesting <= 500, "attune.body.max-nesting must be 2 to 500");
    Assert.isTrue(maxEvent.toBytes() > 0, "attune.body.max-event must be positive");
    Assert.isTrue(
        maxEvent.compareTo(maxBody) <= 0, "attune.body.max-event must not exceed max-body");
    // an event and its headers must fit Kafka's own limit of a record
    Assert.isTrue(maxEvent.toKilobytes() <= 900, "attune.body.max-event must be at most 900KB");
  }

  EventLimits eventLimits() {
    return new EventLimits(maxEvents, (int) maxEvent.toBytes(), maxNesting, keepUnknown);
  }
}
