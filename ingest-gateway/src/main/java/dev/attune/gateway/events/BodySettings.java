package dev.attune.gateway.events;

import dev.attune.schemas.json.EventLimits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What one request may carry. The defaults are the contract's.
 *
 * @param maxCompressed bytes of a gzip body on the wire
 * @param maxBody bytes of a body once it is plain; a bomb stops here
 * @param maxInFlight bytes of all bodies being worked on; bounds memory whatever the clients do,
 *     since an event takes about its bytes again once it is read
 * @param maxEvents events a batch: one bad network moment should not cost more than so many
 * @param maxEvent bytes an event; longer ones are no interactions but documents
 * @param maxNesting objects and arrays inside each other in an event
 * @param keepUnknown true keeps fields the schema does not know (newer SDKs), false refuses them
 */
@Validated
@ConfigurationProperties("attune.body")
public record BodySettings(
    @DefaultValue("1MB") DataSize maxCompressed,
    @DefaultValue("4MB") DataSize maxBody,
    @DefaultValue("32MB") DataSize maxInFlight,
    @DefaultValue("500") @Min(1) @Max(100_000) int maxEvents,
    @DefaultValue("32KB") DataSize maxEvent,
    @DefaultValue("32") @Min(2) @Max(500) int maxNesting,
    @DefaultValue("true") boolean keepUnknown) {

  public BodySettings {
    require(maxCompressed.toBytes() > 0, "max-compressed must be positive");
    require(maxBody.toBytes() > 0 && maxBody.toMegabytes() < 1024, "max-body must be under 1GB");
    require(maxInFlight.compareTo(maxBody) >= 0, "max-in-flight must hold one max-body");
    require(maxEvent.toBytes() > 0, "max-event must be positive");
    require(maxEvent.compareTo(maxBody) <= 0, "max-event must not exceed max-body");
    // an event and its headers must fit Kafka's own limit of a record
    require(maxEvent.toKilobytes() <= 900, "max-event must be at most 900KB");
  }

  EventLimits eventLimits() {
    return new EventLimits(maxEvents, (int) maxEvent.toBytes(), maxNesting, keepUnknown);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("attune.body." + rule);
    }
  }
}
