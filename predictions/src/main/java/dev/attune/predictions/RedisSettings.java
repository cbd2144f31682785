package dev.attune.predictions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * How Redis or Valkey is reached: the same names in every service. The environment variables stand
 * in {@code attune-redis.yaml}.
 *
 * @param uri {@code redis[s]://[user[:password]@]host:port[/database]}; credentials in it become
 *     the login. With a cluster or sentinels it is the first node, and its TLS holds for all
 * @param mode standalone, cluster or sentinel
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
    @DefaultValue Login login,
    @DefaultValue Sentinel sentinel,
    @DefaultValue Tls tls,
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
    Assert.isTrue(
        isAddress(address), "attune.redis.uri must be redis://host:port or rediss://host:port");
    String userInfo = address.getUserInfo();
    if (userInfo != null) {
      Assert.isTrue(!login.isGiven(), "attune.redis.uri and login both hold credentials");
      login = Login.ofUserInfo(userInfo);
      uri = uri.replace(address.getRawUserInfo() + "@", "");
    }
    String path = address.getPath();
    Assert.isTrue(
        path.matches("(/\\d{0,4})?"), "attune.redis.uri may end with /database, a number");
    Assert.isTrue(
        mode != Mode.CLUSTER || path.length() < 2, "attune.redis.uri: a cluster has no databases");
    for (String node : nodes) {
      URI at = URI.create("redis://" + node);
      Assert.isTrue(
          isAddress(at) && at.getPort() > 0, "attune.redis.nodes must be host:port: " + node);
    }
    Assert.isTrue(
        mode == Mode.SENTINEL || !sentinel.isGiven(),
        "attune.redis.sentinel belongs to mode sentinel");
    Assert.isTrue(
        mode != Mode.SENTINEL || !sentinel.masterName().isEmpty(),
        "attune.redis.sentinel.master-name is needed in mode sentinel");
    Assert.isTrue(
        uri.startsWith("rediss:") || !tls.isGiven(), "attune.redis.tls belongs to a rediss:// uri");
    Assert.isTrue(connectTimeout.isPositive(), "attune.redis.connect-timeout must be positive");
    Assert.isTrue(timeout.isPositive(), "attune.redis.timeout must be positive");
    Assert.isTrue(
        ttl.compareTo(Duration.ofHours(1)) >= 0,
        "attune.redis.ttl must be an hour or more: the version guard expires with the value");
    nodes = List.copyOf(nodes);
  }

  /** With no more than an address; for tools. */
  public static RedisSettings of(String uri) {
    return new RedisSettings(
        uri,
        Mode.STANDALONE,
        List.of(),
        Login.NONE,
        Sentinel.NONE,
        Tls.NONE,
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

  /**
   * An account and its password, from a setting or from a file such as a mounted secret.
   *
   * @param username the account; empty: Redis' default user
   * @param password its password
   * @param passwordFile instead: a file with the password alone, such as a mounted secret; read at
   *     each connection, white space around it doesn't count
   */
  public record Login(
      @DefaultValue("") String username,
      @DefaultValue("") String password,
      @DefaultValue("") String passwordFile) {
    public static final Login NONE = new Login("", "", "");

    public Login {
      Assert.isTrue(
          password.isEmpty() || passwordFile.isEmpty(),
          "attune.redis.login.password and login.password-file say the same: one of them");
      Assert.isTrue(
          username.isEmpty() || !(password.isEmpty() && passwordFile.isEmpty()),
          "attune.redis.login.username is without login.password or password-file");
      Assert.isTrue(
          passwordFile.isEmpty() || Files.isReadable(Path.of(passwordFile)),
          "attune.redis.login.password-file can't be read: " + passwordFile);
    }

    private static Login ofUserInfo(String userInfo) {
      int colon = userInfo.indexOf(':');
      Assert.isTrue(colon >= 0, "attune.redis.uri names a user without a password");
      return new Login(userInfo.substring(0, colon), userInfo.substring(colon + 1), "");
    }

    public boolean isGiven() {
      return !password.isEmpty() || !passwordFile.isEmpty();
    }

    /** The password; a file is read anew each time, since it may have been replaced. */
    String secret() {
      try {
        return passwordFile.isEmpty() ? password : Files.readString(Path.of(passwordFile)).strip();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Without the password. */
    @Override
    public String toString() {
      return "Login[" + username + "]";
    }
  }

  /**
   * What is special about sentinels.
   *
   * @param masterName the primary's name at the sentinels
   * @param login the account at the sentinels, which have accounts of their own, often none
   */
  public record Sentinel(@DefaultValue("") String masterName, @DefaultValue Login login) {
    public static final Sentinel NONE = new Sentinel("", Login.NONE);

    boolean isGiven() {
      return !masterName.isEmpty() || login.isGiven();
    }
  }

  /**
   * Whom TLS trusts, and who this side is where Redis asks (mutual TLS). Certificates must name the
   * host, in a cluster and behind sentinels each node's, as announced.
   *
   * @param truststore whom to trust: PEM ({@code .pem}, {@code .crt}, {@code .cer}), else PKCS12 or
   *     JKS; empty: what the JVM trusts
   * @param truststorePassword not for PEM
   * @param keystore for mutual TLS, in the same forms; PEM holds the key and its chain; read at
   *     each connection; empty: no certificate of one's own
   * @param keystorePassword of the store; with PEM of the key
   */
  public record Tls(
      @DefaultValue("") String truststore,
      @DefaultValue("") String truststorePassword,
      @DefaultValue("") String keystore,
      @DefaultValue("") String keystorePassword) {
    public static final Tls NONE = new Tls("", "", "", "");

    public Tls {
      checkStore("truststore", truststore, truststorePassword);
      checkStore("keystore", keystore, keystorePassword);
    }

    private static void checkStore(String name, String file, String password) {
      Assert.isTrue(
          file.isEmpty() || Files.isReadable(Path.of(file)),
          "attune.redis.tls." + name + " can't be read: " + file);
      Assert.isTrue(
          !file.isEmpty() || password.isEmpty(),
          "attune.redis.tls." + name + "-password is without its store");
    }

    static boolean isPem(String file) {
      return file.matches(".*\\.(pem|crt|cer)");
    }

    boolean isGiven() {
      return !truststore.isEmpty() || !keystore.isEmpty();
    }

    /** Without passwords. */
    @Override
    public String toString() {
      return "Tls[" + truststore + ", " + keystore + "]";
    }
  }
}
