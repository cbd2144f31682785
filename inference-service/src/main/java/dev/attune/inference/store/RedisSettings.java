package dev.attune.inference.store;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How Redis or Valkey is reached.
 *
 * @param uri {@code redis[s]://[user[:password]@]host:port[/database]}; in the other modes its
 *     credentials and TLS serve every node, and it is the first node itself
 * @param nodes further nodes of a cluster, or the sentinels, {@code host:port}
 * @param masterName the primary's name at the sentinels
 * @param sslBundle a bundle under {@code spring.ssl.bundle} with the trusted certificates, and the
 *     client's own; absent: the JVM's
 * @param connectTimeout short, since a live Redis accepts within a network round trip
 * @param timeout of one exchange; a caller waits at most {@code attempts} times this, well within
 *     the 20 s that the streams' commit waits
 * @param attempts of one write; more would only hold back the queue behind it while Redis is away
 * @param connections one for each scoring worker and the refill, and some to spare
 * @param ttl a prediction nobody renewed goes, and its version guard with it; so it must be longer
 *     than anything can be in flight
 */
@ConfigurationProperties("attune.redis")
public record RedisSettings(
    @DefaultValue("redis://127.0.0.1:7379") URI uri,
    @DefaultValue("STANDALONE") Mode mode,
    @DefaultValue List<String> nodes,
    @Nullable String masterName,
    @Nullable String sslBundle,
    @DefaultValue("500ms") Duration connectTimeout,
    @DefaultValue("1s") Duration timeout,
    @DefaultValue("2") int attempts,
    @DefaultValue("16") int connections,
    @DefaultValue("30d") Duration ttl) {

  /** The kinds of Redis deployment. */
  public enum Mode {
    STANDALONE,
    CLUSTER,
    SENTINEL
  }

  public RedisSettings {
    require(
        List.of("redis", "rediss").contains(uri.getScheme()) && uri.getHost() != null,
        "attune.redis.uri must be redis://host:port or rediss://host:port");
    require(connectTimeout.isPositive(), "attune.redis.connect-timeout must be positive");
    require(timeout.isPositive(), "attune.redis.timeout must be positive");
    require(attempts >= 1 && attempts <= 10, "attune.redis.attempts must be 1 to 10");
    require(connections >= 1, "attune.redis.connections must be at least 1");
    require(
        ttl.compareTo(Duration.ofHours(1)) >= 0,
        "attune.redis.ttl must be an hour or more: the version guard expires with the value");
    require(
        mode != Mode.SENTINEL || masterName != null,
        "attune.redis.master-name is needed in mode sentinel");
    nodes = List.copyOf(nodes);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
