package dev.attune.gateway.kafka;

import dev.attune.schemas.Position;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/**
 * How events are produced.
 *
 * @param deadline how long a request waits for the broker's acknowledgement; longer than a leader
 *     election, shorter than the 10 s after which browsers' and proxies' patience ends
 * @param buffer what may wait for the broker in all; bounds memory when it is slow
 * @param batch largest batch a partition; larger ones cost latency, smaller ones throughput
 * @param linger how long a batch waits for company; 0 because load makes batches by itself and a
 *     lone event should not wait
 * @param inFlight requests under way to a broker; with one, what comes meanwhile makes the next
 *     batch: fewer and larger requests under load, no wait without it. More help only when the
 *     broker is so far away that a batch a partition and round trip is too little
 * @param compression of batches; snappy because events repeat themselves and it costs little where
 *     batches are small: lz4 clears 130 KB of buffers for each, which made half of the garbage
 * @param epoch that event tokens carry; raised, in all services alike, whenever the topic is
 *     created anew (see operations)
 */
@ConfigurationProperties("attune.producer")
public record ProducerSettings(
    @DefaultValue("5s") Duration deadline,
    @DefaultValue("32MB") DataSize buffer,
    @DefaultValue("64KB") DataSize batch,
    @DefaultValue("0ms") Duration linger,
    @DefaultValue("1") int inFlight,
    @DefaultValue("snappy") String compression,
    @DefaultValue("0") int epoch) {
  public ProducerSettings {
    Assert.isTrue(deadline.toMillis() >= 100, "attune.producer.deadline must be at least 100ms");
    Assert.isTrue(!linger.isNegative(), "attune.producer.linger must not be negative");
    Assert.isTrue(
        linger.compareTo(deadline) < 0, "attune.producer.linger must be shorter than deadline");
    Assert.isTrue(batch.toBytes() >= 1024, "attune.producer.batch must be at least 1KB");
    Assert.isTrue(buffer.compareTo(batch) > 0, "attune.producer.buffer must be larger than batch");
    Assert.isTrue(inFlight >= 1 && inFlight <= 5, "attune.producer.in-flight must be 1 to 5");
    Assert.isTrue(!compression.isBlank(), "attune.producer.compression must be set");
    Assert.isTrue(
        epoch >= 0 && epoch <= Position.MAX_EPOCH,
        "attune.producer.epoch must be 0 to " + Position.MAX_EPOCH);
  }
}
