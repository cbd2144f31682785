package dev.attune.responses.store;

import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.util.JedisURIHelper;

/** Makes pools of Redis connections. */
final class RedisConnections {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

  private static final int DEFAULT_PORT = 6379;

  /** For the rare questions that are no reads. */
  private static final int FEW = 2;

  private RedisConnections() {}

  /** For questions that no reply waits for: connecting and each answer have the look-up budget. */
  static RedisClient asking(StoreSettings settings) {
    int budget = (int) settings.lookUpBudget().toMillis();
    var config = config(settings.uri()).connectionTimeoutMillis(budget).socketTimeoutMillis(budget);
    return client(settings.uri(), config, FEW, settings.lookUpBudget());
  }

  /** For reads that wait for news: who finds no free connection does not queue. */
  static RedisClient waiting(StoreSettings settings, int connections, Duration longest) {
    int timeout = (int) longest.plus(CONNECT_TIMEOUT).toMillis();
    var config =
        config(settings.uri())
            .connectionTimeoutMillis((int) CONNECT_TIMEOUT.toMillis())
            .socketTimeoutMillis(timeout)
            .blockingSocketTimeoutMillis(timeout);
    return client(settings.uri(), config, connections, Duration.ofMillis(1));
  }

  private static DefaultJedisClientConfig.Builder config(URI uri) {
    return DefaultJedisClientConfig.builder()
        .user(JedisURIHelper.getUser(uri))
        .password(JedisURIHelper.getPassword(uri))
        .database(JedisURIHelper.getDBIndex(uri))
        .ssl(JedisURIHelper.isRedisSSLScheme(uri))
        .sslParameters(verified())
        // two more round trips before the first read would eat the budget
        .clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
  }

  private static RedisClient client(
      URI uri, DefaultJedisClientConfig.Builder config, int connections, Duration patience) {
    var pool = new GenericObjectPoolConfig<Connection>();
    pool.setMaxTotal(connections);
    pool.setMaxIdle(connections);
    pool.setMaxWait(patience);
    pool.setJmxEnabled(false);
    return RedisClient.builder()
        .hostAndPort(new HostAndPort(uri.getHost(), port(uri)))
        .clientConfig(config.build())
        .poolConfig(pool)
        .build();
  }

  /**
   * What Jedis leaves out: the certificate must be the host's as well, since what the JVM trusts
   * signs for everybody.
   */
  static SSLParameters verified() {
    var parameters = new SSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    return parameters;
  }

  static int port(URI uri) {
    return uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
  }
}
