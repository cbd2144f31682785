package dev.attune.predictions;

import static org.awaitility.Awaitility.await;

import dev.attune.local.infra.Ports;
import dev.attune.predictions.RedisSettings.Login;
import dev.attune.predictions.RedisSettings.Mode;
import dev.attune.predictions.RedisSettings.Sentinel;
import dev.attune.predictions.RedisSettings.Tls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;

/**
 * Redis as an operator runs it, on this machine, with the accounts of {@code docs/security.md}: who
 * connects by {@link #settings} may do what stands there and no more.
 */
public final class RedisDeployment implements AutoCloseable {
  /** How it is run. */
  public enum Kind {
    STANDALONE,
    /** The oldest that is supported. */
    REDIS_6_2,
    /** The server has a certificate. */
    TLS,
    /** Its clients have one too. */
    MUTUAL_TLS,
    /** Three primaries. */
    CLUSTER,
    /** A primary, a replica, and three sentinels that fail over after a second. */
    SENTINEL
  }

  /** Of each account. */
  public static final String PASSWORD = "se:cret";

  private static final String PRIMARY = "attune";

  private final Kind kind;
  private final List<TestRedis> servers = new ArrayList<>();
  private final String uri;
  private Tls tls = Tls.NONE;

  private RedisDeployment(Kind kind) {
    this.kind = kind;
    this.uri =
        switch (kind) {
          case STANDALONE -> started(TestRedis.start(accounts())).uri();
          case REDIS_6_2 -> started(TestRedis.start62(accounts())).uri();
          case TLS, MUTUAL_TLS -> encrypted(kind == Kind.MUTUAL_TLS);
          case CLUSTER -> {
            servers.addAll(RedisCluster.start(accounts()).primaries());
            yield servers.getFirst().uri();
          }
          case SENTINEL -> withSentinel();
        };
  }

  public static RedisDeployment start(Kind kind) {
    return new RedisDeployment(kind);
  }

  /** As the service with this account binds them, such as {@code attune-inference}. */
  public RedisSettings settings(String account) {
    return new RedisSettings(
        uri,
        switch (kind) {
          case STANDALONE, REDIS_6_2, TLS, MUTUAL_TLS -> Mode.STANDALONE;
          case CLUSTER -> Mode.CLUSTER;
          case SENTINEL -> Mode.SENTINEL;
        },
        furtherNodes(),
        new Login(account, PASSWORD, ""),
        kind == Kind.SENTINEL ? new Sentinel(PRIMARY, Login.NONE) : Sentinel.NONE,
        tls,
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        Duration.ofDays(30));
  }

  private List<String> furtherNodes() {
    return switch (kind) {
      case STANDALONE, REDIS_6_2, TLS, MUTUAL_TLS -> List.of();
      case CLUSTER -> List.of(address(servers.get(1)));
      case SENTINEL -> servers.subList(3, 5).stream().map(RedisDeployment::address).toList();
    };
  }

  private static String address(TestRedis server) {
    return "127.0.0.1:" + server.port();
  }

  /** The same as a service's arguments. */
  public List<String> arguments(String account) {
    RedisSettings settings = settings(account);
    return List.of(
        "--attune.redis.uri=" + settings.uri(),
        "--attune.redis.mode=" + settings.mode(),
        "--attune.redis.nodes=" + String.join(",", settings.nodes()),
        "--attune.redis.login.username=" + settings.login().username(),
        "--attune.redis.login.password=" + settings.login().password(),
        "--attune.redis.sentinel.master-name=" + settings.sentinel().masterName(),
        "--attune.redis.tls.truststore=" + tls.truststore(),
        "--attune.redis.tls.truststore-password=" + tls.truststorePassword(),
        "--attune.redis.tls.keystore=" + tls.keystore(),
        "--attune.redis.tls.keystore-password=" + tls.keystorePassword());
  }

  /** Primaries first, then replicas, then sentinels. */
  public List<TestRedis> servers() {
    return servers;
  }

  private TestRedis started(TestRedis redis) {
    servers.add(redis);
    return redis;
  }

  /** The lines of the document as options of a server. */
  public static String[] accounts() {
    try {
      String document = Files.readString(Path.of("../docs/security.md"));
      return Pattern.compile("^ACL SETUSER (.*)$", Pattern.MULTILINE)
          .matcher(document)
          .results()
          .map(line -> line.group(1).replace(">PASSWORD", ">" + PASSWORD))
          .flatMap(rules -> Stream.concat(Stream.of("--user"), Stream.of(rules.split(" "))))
          .toArray(String[]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String[] options(String... more) {
    return Stream.concat(Stream.of(accounts()), Stream.of(more)).toArray(String[]::new);
  }

  private String encrypted(boolean mutual) {
    int port = Ports.free();
    try {
      Path dir = Files.createTempDirectory("redis-tls");
      Certificates servers = Certificates.make(dir, "server");
      Certificates clients = Certificates.make(dir, "client");
      tls =
          mutual
              ? new Tls(
                  servers.store().toString(),
                  Certificates.PASSWORD,
                  clients.store().toString(),
                  Certificates.PASSWORD)
              : new Tls(servers.certificate().toString(), "", "", "");
      String[] options = {
        "--tls-port", Integer.toString(port),
        "--tls-cert-file", servers.certificate().toString(),
        "--tls-key-file", servers.key().toString(),
        "--tls-ca-cert-file", clients.certificate().toString(),
        "--tls-auth-clients", mutual ? "yes" : "no"
      };
      var unused = started(TestRedis.start(options(options)));
      return "rediss://127.0.0.1:" + port;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String withSentinel() {
    TestRedis primary = started(TestRedis.start(accounts()));
    var unused = started(TestRedis.start(options("--replicaof", "127.0.0.1 " + primary.port())));
    List<TestRedis> sentinels =
        Stream.generate(() -> TestRedis.sentinel(PRIMARY, primary.port())).limit(3).toList();
    servers.addAll(sentinels);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> sentinels.stream().allMatch(RedisDeployment::knowsTheOthers));
    return sentinels.getFirst().uri();
  }

  private static boolean knowsTheOthers(TestRedis sentinel) {
    try (Jedis watcher = sentinel.admin()) {
      return "2".equals(watcher.sentinelMaster(PRIMARY).get("num-other-sentinels"))
          && watcher.sentinelReplicas(PRIMARY).stream().anyMatch(RedisDeployment::isUp);
    }
  }

  private static boolean isUp(Map<String, String> replica) {
    return "ok".equals(replica.get("master-link-status"));
  }

  @Override
  public void close() {
    servers.forEach(TestRedis::close);
  }

  @Override
  public String toString() {
    return kind.toString();
  }
}
