package dev.attune.predictions;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How Redis or Valkey is reached: the same names in every service. The environment variables stand
 * in {@code attune-redis.yaml}.
 *
 * @param uri {@code redis[s]://[user[:password]@]host:port[/database]}; credentials in it become
 *     the login. With a cluster or sentinels it is the first node, and its TLS holds for all
 * @param nodes further nodes of a cluster, or sentinels, {@code host:port}: one may be down when a
 *     service starts
 * @param login the account at Redis
 * @param sentinel needed in mode sentinel
 * @param connectTimeout short, since a live Redis accepts within a network round trip
 * @param timeout of one answer; what has been asked and says nothing for so long is hung up on. A
 *     write waits twice this, well within the 20 s that the streams' commit waits
 * @param ttl a prediction nobody renewed goes, and its version guard with it; so it must be longer
 *     than anything can be in flight
 */
@ConfigurationProperties("attune.redis")
public record RedisSettings(
    @DefaultValue("redis://127.0.0.1:7379") String uri,
    @DefaultValue("standalone") Mode mode,
    @DefaultValue List<String> nodes,
    @DefaultValue LoginSettings login,
    @DefaultValue SentinelSettings sentinel,
    @DefaultValue TlsSettings tls,
    @DefaultValue("500ms") Duration connectTimeout,
    @DefaultValue("1s") Duration timeout,
    @DefaultValue("30d") Duration ttl) {

  /** The kinds of Redis deployment. */
  public enum Mode {
    STANDALONE,
    CLUSTER,
    SENTINEL
  }

  public RedisSettings {
    URI address = URI.create(uri);
    require(isAddress(address), "uri must be redis://host:port or rediss://host:port");
    String userInfo = address.getUserInfo();
    if (userInfo != null) {
      require(!login.isGiven(), "uri and login both hold credentials");
      login = LoginSettings.ofUserInfo(userInfo);
      uri = uri.replace(address.getRawUserInfo() + "@", "");
    }
    String path = address.getPath();
    require(path.matches("(/\\d{0,4})?"), "uri may end with /database, a number");
    require(mode != Mode.CLUSTER || path.length() < 2, "uri: a cluster has no databases");
    for (String node : nodes) {
      URI at = URI.create("redis://" + node);
      require(isAddress(at) && at.getPort() > 0, "nodes must be host:port: " + node);
    }
    require(mode == Mode.SENTINEL || !sentinel.isGiven(), "sentinel belongs to mode sentinel");
    require(
        mode != Mode.SENTINEL || !sentinel.masterName().isEmpty(),
        "sentinel.master-name is needed in mode sentinel");
    require(uri.startsWith("rediss:") || !tls.isGiven(), "tls belongs to a rediss:// uri");
    require(connectTimeout.isPositive(), "connect-timeout must be positive");
    require(timeout.isPositive(), "timeout must be positive");
    require(
        ttl.compareTo(Duration.ofHours(1)) >= 0,
        "ttl must be an hour or more: the version guard expires with the value");
    nodes = List.copyOf(nodes);
  }

  /** With no more than an address; for tools. */
  public static RedisSettings of(String uri) {
    return new RedisSettings(
        uri,
        Mode.STANDALONE,
        List.of(),
        LoginSettings.NONE,
        SentinelSettings.NONE,
        TlsSettings.NONE,
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofDays(30));
  }

  /** Without credentials. */
  URI address() {
    return URI.create(uri);
  }

  private static boolean isAddress(URI uri) {
    return List.of("redis", "rediss").contains(uri.getScheme()) && uri.getHost() != null;
  }

  static void require(boolean condition, String rule) {
    if (!condition) {
      throw new IllegalArgumentException("attune.redis." + rule);
    }
  }
}
