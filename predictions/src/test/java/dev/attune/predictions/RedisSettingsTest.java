package dev.attune.predictions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.predictions.RedisSettings.Login;
import dev.attune.predictions.RedisSettings.Mode;
import dev.attune.predictions.RedisSettings.Sentinel;
import dev.attune.predictions.RedisSettings.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

class RedisSettingsTest {
  private static final Login ANN = new Login("ann", "s:c", "");

  @TempDir private Path folder;

  @Test
  void suitsTheLocalStackByDefault() {
    RedisSettings settings = bind();

    assertThat(settings)
        .isEqualTo(
            new RedisSettings(
                "redis://127.0.0.1:7379",
                Mode.STANDALONE,
                List.of(),
                new Login("", "", ""),
                new Sentinel("", new Login("", "", "")),
                new Tls("", "", "", ""),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofDays(30)))
        .isEqualTo(RedisSettings.of("redis://127.0.0.1:7379"));
  }

  @Test
  void mapsEveryName() throws IOException {
    String store = Files.writeString(folder.resolve("store.p12"), "").toString();
    RedisSettings settings =
        bind(
            "uri=rediss://r:1/2",
            "mode=sentinel",
            "nodes=a:1,b:2",
            "login.username=ann",
            "login.password=s:c",
            "sentinel.master-name=m",
            "sentinel.login.username=ann",
            "sentinel.login.password=s:c",
            "tls.truststore=" + store,
            "tls.truststore-password=t",
            "tls.keystore=" + store,
            "tls.keystore-password=k",
            "connect-timeout=1s",
            "timeout=2s",
            "ttl=1h");

    assertThat(settings)
        .isEqualTo(
            new RedisSettings(
                "rediss://r:1/2",
                Mode.SENTINEL,
                List.of("a:1", "b:2"),
                ANN,
                new Sentinel("m", ANN),
                new Tls(store, "t", store, "k"),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofHours(1)));
    assertThat(settings.toString()).doesNotContain("s:c");
  }

  @Test
  void everyVariableSetsSomething() throws IOException {
    String secret = Files.writeString(folder.resolve("secret"), "from a file\n").toString();
    String store = Files.writeString(folder.resolve("store.p12"), "").toString();
    Map<String, Object> values = new HashMap<>();
    values.put("ATTUNE_REDIS_URI", "rediss://r:1");
    values.put("ATTUNE_REDIS_MODE", "sentinel");
    values.put("ATTUNE_REDIS_NODES", "a:1,b:2");
    values.put("ATTUNE_REDIS_USERNAME", "ann");
    values.put("ATTUNE_REDIS_PASSWORD", "s:c");
    values.put("ATTUNE_REDIS_MASTER_NAME", "m");
    values.put("ATTUNE_REDIS_SENTINEL_USERNAME", "ann");
    values.put("ATTUNE_REDIS_SENTINEL_PASSWORD_FILE", secret);
    values.put("ATTUNE_REDIS_TRUSTSTORE", store);
    values.put("ATTUNE_REDIS_TRUSTSTORE_PASSWORD", "t");
    values.put("ATTUNE_REDIS_KEYSTORE", store);
    values.put("ATTUNE_REDIS_KEYSTORE_PASSWORD", "k");

    RedisSettings settings = fromEnvironment(values);

    assertThat(settings)
        .isEqualTo(
            new RedisSettings(
                "rediss://r:1",
                Mode.SENTINEL,
                List.of("a:1", "b:2"),
                ANN,
                new Sentinel("m", new Login("ann", "", secret)),
                new Tls(store, "t", store, "k"),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofDays(30)));
    assertThat(settings.sentinel().login().secret()).isEqualTo("from a file");
    assertThat(fromEnvironment(Map.of("ATTUNE_REDIS_PASSWORD_FILE", secret)).login().secret())
        .isEqualTo("from a file");
    assertThat(fromEnvironment(Map.of("ATTUNE_REDIS_PORT", "1")).uri())
        .isEqualTo("redis://127.0.0.1:1");
    var known = new TreeSet<>(values.keySet());
    known.addAll(
        List.of(
            "ATTUNE_REDIS_PASSWORD_FILE", "ATTUNE_REDIS_PORT", "ATTUNE_REDIS_SENTINEL_PASSWORD"));
    assertThat(variables()).isEqualTo(known);
  }

  private static TreeSet<String> variables() throws IOException {
    String yaml = new ClassPathResource("attune-redis.yaml").getContentAsString(UTF_8);
    var variables = new TreeSet<String>();
    Pattern.compile("ATTUNE_[A-Z_]+")
        .matcher(yaml)
        .results()
        .map(MatchResult::group)
        .forEach(variables::add);
    return variables;
  }

  @Test
  void takesTheLoginOutOfTheUri() {
    assertThat(bind("uri=redis://ann:s%3Ac@r:1").login()).isEqualTo(ANN);
    assertThat(bind("uri=redis://ann:s%3Ac@r:1/3").uri()).isEqualTo("redis://r:1/3");
    assertThat(bind("uri=redis://:s%3Ac@r:1").login()).isEqualTo(new Login("", "s:c", ""));
    assertThat(bind("uri=redis://ann:p%40s%25%2F%3A%20w+%C3%A9@r:1").login())
        .isEqualTo(new Login("ann", "p@s%/: w+é", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "uri=http://r:1, uri must be redis://host:port",
    "uri=redis://r:1/a, uri may end with /database",
    "uri=redis://ann@r:1, uri names a user without a password",
    "uri=redis://ann:s@r:1 login.username=ann login.password=s, uri and login both",
    "uri=redis://r:1/1 mode=cluster, a cluster has no databases",
    "nodes=r, nodes must be host:port: r",
    "login.username=ann, login.username is without",
    "login.password-file=/nowhere, login.password-file can't be read",
    "login.password=s login.password-file=/nowhere, say the same",
    "sentinel.master-name=m, sentinel belongs to mode sentinel",
    "mode=sentinel, sentinel.master-name is needed",
    "uri=rediss://r:1 tls.truststore=/nowhere, tls.truststore can't be read",
    "tls.keystore=pom.xml, tls belongs to a rediss:// uri",
    "timeout=0s, timeout must be positive",
    "connect-timeout=0s, connect-timeout must be positive",
    "ttl=59m, ttl must be an hour or more"
  })
  void refuses(String properties, String why) {
    assertThatThrownBy(() -> bind(properties.split(" ")))
        .rootCause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("attune.redis.")
        .hasMessageContaining(why);
  }

  private static RedisSettings bind(String... properties) {
    Map<String, String> all = new HashMap<>();
    for (String property : properties) {
      int equals = property.indexOf('=');
      all.put("attune.redis." + property.substring(0, equals), property.substring(equals + 1));
    }
    return new Binder(new MapConfigurationPropertySource(all))
        .bindOrCreate("attune.redis", RedisSettings.class);
  }

  /** As a service does that imports the file. */
  private static RedisSettings fromEnvironment(Map<String, Object> variables) throws IOException {
    var environment = new StandardEnvironment();
    var sources = environment.getPropertySources();
    sources.addFirst(new MapPropertySource("variables", variables));
    new YamlPropertySourceLoader()
        .load("redis", new ClassPathResource("attune-redis.yaml"))
        .forEach(sources::addLast);
    return Binder.get(environment).bindOrCreate("attune.redis", RedisSettings.class);
  }
}
