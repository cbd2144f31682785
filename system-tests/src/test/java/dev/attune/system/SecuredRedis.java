package dev.attune.system;

import dev.attune.predictions.PredictionKey;
import dev.attune.predictions.RedisDeployment;
import dev.attune.predictions.RedisDeployment.Kind;
import dev.attune.predictions.RedisSettings;
import dev.attune.predictions.RedisSettings.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.RestoreParams;

/**
 * Redis with mutual TLS and the accounts of {@code docs/security.md}; its default user may nothing.
 */
final class SecuredRedis implements AutoCloseable {
  private static final String OPERATOR = "operator";
  private static final Pattern USER = Pattern.compile(" user=(\\S+)");

  private final RedisDeployment redis = RedisDeployment.start(Kind.MUTUAL_TLS);
  private final Path folder;

  SecuredRedis(Path folder) {
    this.folder = folder;
    try (Jedis admin = redis.servers().getFirst().admin()) {
      admin.aclSetUser(OPERATOR, "on", ">" + OPERATOR, "~*", "&*", "+@all");
      admin.aclSetUser("default", "off");
    }
  }

  private Jedis operator() {
    Jedis jedis = redis.servers().getFirst().admin();
    jedis.auth(OPERATOR, OPERATOR);
    return jedis;
  }

  /** The settings of a service with this account. */
  Map<String, String> environment(String account) throws IOException {
    RedisSettings settings = redis.settings(account);
    Tls tls = settings.tls();
    Path password = folder.resolve(account + ".redis-password");
    Files.writeString(password, settings.login().password() + "\n");
    return Map.of(
        "ATTUNE_REDIS_URI", settings.uri(),
        "ATTUNE_REDIS_USERNAME", account,
        "ATTUNE_REDIS_PASSWORD_FILE", password.toString(),
        "ATTUNE_REDIS_TRUSTSTORE", tls.truststore(),
        "ATTUNE_REDIS_TRUSTSTORE_PASSWORD", tls.truststorePassword(),
        "ATTUNE_REDIS_KEYSTORE", tls.keystore(),
        "ATTUNE_REDIS_KEYSTORE_PASSWORD", tls.keystorePassword());
  }

  /** What lies there of a user. */
  byte[] copy(String user) {
    try (Jedis operator = operator()) {
      return Objects.requireNonNull(operator.dump(PredictionKey.of(user)));
    }
  }

  /** Becomes a copy of former times, in which there was this user alone. */
  void loseAllBut(String user, byte[] copy) {
    String key = PredictionKey.of(user);
    try (Jedis operator = operator()) {
      operator.restore(key, 0, copy, RestoreParams.restoreParams().replace());
      Set<String> others = operator.keys("*");
      others.remove(key);
      operator.del(others.toArray(String[]::new));
    }
  }

  boolean holds(String user) {
    try (Jedis operator = operator()) {
      return operator.xlen(PredictionKey.of(user)) > 0;
    }
  }

  /** Whether inference-service has marked that nobody is missing. */
  boolean isComplete() {
    try (Jedis operator = operator()) {
      return String.valueOf(operator.get("attune:{refill-0}:mark")).startsWith("done ");
    }
  }

  /** The accounts by which somebody is connected. */
  Set<String> accounts() {
    try (Jedis operator = operator()) {
      return USER.matcher(operator.clientList())
          .results()
          .map(user -> user.group(1))
          .filter(user -> !user.equals(OPERATOR))
          .collect(Collectors.toSet());
    }
  }

  /** What an account asked for and may not. */
  List<String> refused() {
    try (Jedis operator = operator()) {
      return operator.aclLog().stream()
          .map(entry -> entry.getUsername() + " " + entry.getObject())
          .toList();
    }
  }

  @Override
  public void close() {
    redis.close();
  }
}
