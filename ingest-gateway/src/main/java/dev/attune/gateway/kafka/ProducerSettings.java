package dev.attune.gateway.kafka;

import dev.attune.schemas.Position;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
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
    require(deadline.toMillis() >= 100, "deadline must be at least 100ms");
    require(!linger.isNegative(), "linger must not be negative");
    require(linger.compareTo(deadline) < 0, "linger must be shorter than deadline");
    require(batch.toBytes() >= 1024, "batch must be at least 1KB");
    require(buffer.compareTo(batch) > 0, "buffer must be larger than batch");
    require(inFlight >= 1 && inFlight <= 5, "in-flight must be 1 to 5");
    require(!compression.isBlank(), "compression must be set");
    require(epoch >= 0 && epoch <= Position.MAX_EPOCH, "epoch must be 0 to " + Position.MAX_EPOCH);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("attune.producer." + rule);
    }
  }
}
