package dev.attune.responses.decision;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The decision log.
 *
 * @param capacity decisions on their way to Kafka at once; past it replies are generic. About 1 KiB
 *     each, so the default holds some 10 MiB through an outage of Kafka
 * @param recent memory for the newest decisions, so that one is found right after its reply: room
 *     for all that {@code capacity} lets wait for Kafka
 */
@ConfigurationProperties("attune.decisions")
public record DecisionSettings(
    @DefaultValue("10000") int capacity, @DefaultValue("16MB") DataSize recent) {
  private static final DataSize MOST_RECENT = DataSize.ofGigabytes(1);

  public DecisionSettings {
    if (capacity < 1) {
      throw new IllegalArgumentException("attune.decisions.capacity must be at least 1");
    }
    if (recent.isNegative() || recent.toBytes() > MOST_RECENT.toBytes()) {
      throw new IllegalArgumentException("attune.decisions.recent must be 0 to 1GB");
    }
  }
}
