package dev.attune.responses.decision;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/**
 * The decision log.
 *
 * @param capacity decisions on their way to Kafka at once; past it replies are generic. About 1 KiB
 *     each, so the default holds some 10 MiB through an outage of Kafka
 * @param recent memory for the newest decisions, so that one is found right after its reply: room
 *     for all that {@code capacity} lets wait for Kafka
 * @param spool the folder of files in which decisions wait for Kafka, so that they outlive kill -9;
 *     on a volume that outlives the process. Readable by its owner only
 * @param spoolSize of such a file, taken at the start: room for what {@code capacity} lets wait. At
 *     least 4 MB, so that the largest decision fits
 */
@ConfigurationProperties("attune.decisions")
public record DecisionSettings(
    @DefaultValue("10000") int capacity,
    @DefaultValue("16MB") DataSize recent,
    @DefaultValue(".attune/data/responses") Path spool,
    @DefaultValue("32MB") DataSize spoolSize) {
  private static final DataSize SMALLEST_SPOOL = DataSize.ofMegabytes(4);
  private static final DataSize LARGEST = DataSize.ofGigabytes(1);

  public DecisionSettings {
    Assert.isTrue(capacity >= 1, "attune.decisions.capacity must be at least 1");
    Assert.isTrue(
        !recent.isNegative() && recent.toBytes() <= LARGEST.toBytes(),
        "attune.decisions.recent must be 0 to 1GB");
    Assert.isTrue(
        spoolSize.compareTo(SMALLEST_SPOOL) >= 0 && spoolSize.compareTo(LARGEST) <= 0,
        "attune.decisions.spool-size must be 4MB to 1GB");
  }
}
