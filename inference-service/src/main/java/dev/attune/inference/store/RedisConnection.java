package dev.attune.inference.store;

import java.util.LinkedHashSet;
import java.util.Set;
import javax.net.ssl.SSLParameters;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundles;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * The pooled Redis client of the configured kind. It is made at its first use and again after a
 * failure to make it, since the cluster's and the sentinels' clients connect at once and the
 * service must start without Redis.
 */
public final class RedisConnection implements AutoCloseable {

  private final RedisSettings properties;
  private final SslBundles sslBundles;
  private volatile @Nullable UnifiedJedis client;

  public RedisConnection(RedisSettings properties, SslBundles sslBundles) {
    this.properties = properties;
    this.sslBundles = sslBundles;
  }

  /**
   * @throws redis.clients.jedis.exceptions.JedisException when it can't be made now
   */
  UnifiedJedis client() {
    UnifiedJedis known = client;
    return known != null ? known : create();
  }

  private synchronized UnifiedJedis create() {
    UnifiedJedis known = client;
    if (known == null) {
      known = build();
      client = known;
    }
    return known;
  }

  private UnifiedJedis build() {
    return switch (properties.mode()) {
      case STANDALONE ->
          RedisClient.builder()
              .hostAndPort(JedisURIHelper.getHostAndPort(properties.uri()))
              .clientConfig(clientConfig())
              .poolConfig(poolConfig())
              .build();
      case CLUSTER ->
          RedisClusterClient.builder()
              .nodes(nodes())
              .maxAttempts(properties.attempts())
              .maxTotalRetriesDuration(properties.timeout())
              .clientConfig(clientConfig())
              .poolConfig(poolConfig())
              .build();
      case SENTINEL ->
          RedisSentinelClient.builder()
              .masterName(properties.masterName())
              .sentinels(nodes())
              .sentinelClientConfig(sentinelConfig())
              .clientConfig(clientConfig())
              .poolConfig(poolConfig())
              .build();
    };
  }

  private Set<HostAndPort> nodes() {
    Set<HostAndPort> nodes = new LinkedHashSet<>();
    nodes.add(JedisURIHelper.getHostAndPort(properties.uri()));
    properties.nodes().stream().map(HostAndPort::from).forEach(nodes::add);
    return nodes;
  }

  private JedisClientConfig clientConfig() {
    var builder = timeouts();
    String user = JedisURIHelper.getUser(properties.uri());
    String password = JedisURIHelper.getPassword(properties.uri());
    if (password != null) {
      builder.user(user == null || user.isEmpty() ? null : user).password(password);
    }
    return builder.database(JedisURIHelper.getDBIndex(properties.uri())).build();
  }

  /** Sentinels have accounts of their own, as a rule none. */
  private JedisClientConfig sentinelConfig() {
    return timeouts().build();
  }

  private DefaultJedisClientConfig.Builder timeouts() {
    var builder =
        DefaultJedisClientConfig.builder()
            .clientName("attune-inference")
            .connectionTimeoutMillis((int) properties.connectTimeout().toMillis())
            .socketTimeoutMillis((int) properties.timeout().toMillis());
    if (properties.uri().getScheme().equals("rediss")) {
      builder.ssl(true).sslParameters(verified());
      String bundle = properties.sslBundle();
      if (bundle != null) {
        builder.sslSocketFactory(
            sslBundles.getBundle(bundle).createSslContext().getSocketFactory());
      }
    }
    return builder;
  }

  /**
   * What Jedis leaves out: the certificate must be the host's as well, since what is trusted may
   * sign for everybody.
   */
  private static SSLParameters verified() {
    var parameters = new SSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    return parameters;
  }

  private GenericObjectPoolConfig<Connection> poolConfig() {
    var pool = new GenericObjectPoolConfig<Connection>();
    pool.setMaxTotal(properties.connections());
    pool.setMaxIdle(properties.connections());
    pool.setMaxWait(properties.timeout());
    // JMX names would clash when two contexts share a JVM, and nobody reads them
    pool.setJmxEnabled(false);
    return pool;
  }

  boolean isCluster() {
    return properties.mode() == RedisSettings.Mode.CLUSTER;
  }

  /**
   * Drops the idle connections. After a failover behind one address they may lead to the old
   * primary, which is alive, read-only, and would keep refusing.
   */
  void reconnect() {
    switch (client) {
      case RedisClient standalone -> standalone.getPool().clear();
      case null, default -> {
        // the cluster's and the sentinels' clients follow the primary themselves
      }
    }
  }

  @Override
  public void close() {
    UnifiedJedis known = client;
    if (known != null) {
      known.close();
    }
  }
}
