package dev.attune.http;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/**
 * The connections of clients. None can be held for nothing: each deadline is set once and does not
 * move with what comes.
 *
 * @param maxConnections at once; beyond it the one goes that has waited longest for its client, and
 *     what comes is closed when all are being answered. Connections are the bound, since neither
 *     threads nor bodies grow with them
 * @param maxConnectionsPerPeer of one address, or one IPv6 network of 64 bits; beyond it this
 *     peer's connection goes that has waited longest for its client. Behind a load balancer all
 *     users come from few addresses, so the default only keeps one from taking everything; where
 *     clients connect themselves, a hundred are plenty
 * @param idleTimeout how long a connection may rest between requests
 * @param headTimeout of a request's head, from its first byte, and of the first one from the
 *     connection's begin
 * @param bodyTimeout of a request's body, from its head on; a slow phone needs half a minute for a
 *     large batch
 * @param readTimeout the span in which a body must bring its least rate; long enough for the holes
 *     of a mobile network
 * @param leastRate bytes of a body a second, counted over each read-timeout; who sends drop by drop
 *     is cut off
 */
// maxConnectionsPerPeer stands first: Spring's processor takes the first name that begins like it
@ConfigurationProperties("attune.http")
public record HttpSettings(
    @DefaultValue("4096") int maxConnectionsPerPeer,
    @DefaultValue("8192") int maxConnections,
    @DefaultValue("60s") Duration idleTimeout,
    @DefaultValue("10s") Duration headTimeout,
    @DefaultValue("30s") Duration bodyTimeout,
    @DefaultValue("10s") Duration readTimeout,
    @DefaultValue("1KB") DataSize leastRate) {
  public HttpSettings {
    Assert.isTrue(maxConnections >= 1, "attune.http.max-connections must be at least 1");
    Assert.isTrue(
        maxConnectionsPerPeer >= 1, "attune.http.max-connections-per-peer must be at least 1");
    Assert.isTrue(idleTimeout.toMillis() >= 1, "attune.http.idle-timeout must be positive");
    Assert.isTrue(headTimeout.toMillis() >= 1, "attune.http.head-timeout must be positive");
    Assert.isTrue(bodyTimeout.toMillis() >= 1, "attune.http.body-timeout must be positive");
    Assert.isTrue(readTimeout.toMillis() >= 1, "attune.http.read-timeout must be positive");
    Assert.isTrue(!leastRate.isNegative(), "attune.http.least-rate must not be negative");
  }

  /** Bytes that a body must bring in a span; one at least, or a silent one would pass. */
  long leastInSpan() {
    return Math.max(1, leastRate.toBytes() * readTimeout.toMillis() / 1000);
  }

  /** How often deadlines are looked at: a tenth of the shortest is late enough. */
  Duration look() {
    long shortest =
        Math.min(
            Math.min(idleTimeout.toMillis(), headTimeout.toMillis()),
            Math.min(bodyTimeout.toMillis(), readTimeout.toMillis()));
    return Duration.ofMillis(Math.clamp(shortest / 10, 1, 500));
  }
}
