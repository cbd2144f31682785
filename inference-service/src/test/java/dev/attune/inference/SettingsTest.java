package dev.attune.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.scoring.ModelRegistry;
import dev.attune.inference.access.SharedSecretSettings;
import dev.attune.inference.drift.DriftSettings;
import dev.attune.inference.grpc.GrpcSettings;
import dev.attune.inference.kafka.PublisherSettings;
import dev.attune.inference.model.ModelSettings;
import dev.attune.inference.refill.RefillSettings;
import dev.attune.inference.scoring.EncoderSettings;
import dev.attune.inference.scoring.ScoringSettings;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Each record of settings: its defaults, all its names, what it refuses. */
class SettingsTest {
  private static final Map<String, Class<?>> RECORDS =
      Map.of(
          "access", SharedSecretSettings.class,
          "drift", DriftSettings.class,
          "encoder", EncoderSettings.class,
          "grpc", GrpcSettings.class,
          "predictions", PublisherSettings.class,
          "models", ModelSettings.class,
          "refill", RefillSettings.class,
          "scoring", ScoringSettings.class);

  @Test
  void suitsTheLocalStackByDefault() {
    assertThat(bind(SharedSecretSettings.class)).isEqualTo(new SharedSecretSettings(null));
    assertThat(bind(DriftSettings.class))
        .isEqualTo(new DriftSettings(true, Duration.ofDays(1), 24));
    assertThat(bind(EncoderSettings.class)).isEqualTo(new EncoderSettings(null, 1, 10_000));
    assertThat(bind(GrpcSettings.class))
        .isEqualTo(new GrpcSettings("127.0.0.1", 7073, null, List.of(), Duration.ofSeconds(5)));
    assertThat(bind(PublisherSettings.class))
        .isEqualTo(new PublisherSettings(10_000, Duration.ofSeconds(5)));
    assertThat(bind(ModelSettings.class))
        .isEqualTo(
            new ModelSettings(
                "models",
                null,
                Path.of("playbooks/support"),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                null,
                List.of(),
                null));
    assertThat(bind(RefillSettings.class))
        .isEqualTo(
            new RefillSettings(
                Duration.ofSeconds(1),
                Duration.ofSeconds(20),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30)));
    assertThat(bind(ScoringSettings.class)).isEqualTo(new ScoringSettings(4, 256, 4_096));
  }

  @Test
  void mapsEveryName() {
    assertThat(bind(SharedSecretSettings.class, "inference-secret=s"))
        .isEqualTo(new SharedSecretSettings("s"));
    assertThat(bind(SharedSecretSettings.class, "inference-secret= "))
        .isEqualTo(new SharedSecretSettings(null));
    assertThat(bind(DriftSettings.class, "enabled=false", "window=1h", "tiles=6"))
        .isEqualTo(new DriftSettings(false, Duration.ofHours(1), 6));
    assertThat(bind(EncoderSettings.class, "dir=/encoder", "threads=2", "cache=5"))
        .isEqualTo(new EncoderSettings(Path.of("/encoder"), 2, 5));
    assertThat(
            bind(
                GrpcSettings.class,
                "address=::1",
                "port=1",
                "ssl-bundle=b",
                "client-subjects[0]=CN=a,O=b",
                "drain=1s"))
        .isEqualTo(new GrpcSettings("::1", 1, "b", List.of("CN=a,O=b"), Duration.ofSeconds(1)));
    assertThat(bind(PublisherSettings.class, "buffer=9", "timeout=2s"))
        .isEqualTo(new PublisherSettings(9, Duration.ofSeconds(2)));
    assertThat(
            bind(
                ModelSettings.class,
                "dir=s3://b/p",
                "s3-endpoint=http://s3",
                "playbook=p/shop",
                "interval=2s",
                "retry=3s",
                "remote-secret=k",
                "remote-secret-targets=a:1,b:2",
                "trusted-keys=/keys.pem"))
        .isEqualTo(
            new ModelSettings(
                "s3://b/p",
                "http://s3",
                Path.of("p/shop"),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                "k",
                List.of("a:1", "b:2"),
                "/keys.pem"));
    assertThat(bind(RefillSettings.class, "interval=2s", "settle=0s", "lease=7s", "patience=0s"))
        .isEqualTo(
            new RefillSettings(
                Duration.ofSeconds(2), Duration.ZERO, Duration.ofSeconds(7), Duration.ZERO));
    assertThat(bind(ScoringSettings.class, "workers=1", "batch=2", "window-per-stream=3"))
        .isEqualTo(new ScoringSettings(1, 2, 3));
  }

  @Test
  void trustedKeysLetInOnlyWhatIsSigned(@TempDir Path dir) throws Exception {
    var unused = TestModels.publish(new ModelRegistry(dir.resolve("shop")), "1", 3);
    String key =
        "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----"
            .formatted(
                Base64.getEncoder()
                    .encodeToString(
                        KeyPairGenerator.getInstance("Ed25519")
                            .generateKeyPair()
                            .getPublic()
                            .getEncoded()));
    String[] settings = {"dir=" + dir, "playbook=p/shop", "trusted-keys=" + key};

    assertThatThrownBy(() -> bind(ModelSettings.class, settings).registry().published("1"))
        .hasMessage("Version 1 is not signed.");
    assertThat(bind(ModelSettings.class, "dir=" + dir, "playbook=p/shop").registry().published("1"))
        .exists();
  }

  @ParameterizedTest
  @CsvSource({
    "drift, tiles=0, tiles must be 1 to 1000",
    "drift, window=5ms, window must be longer than its tiles",
    "encoder, threads=0, threads must be 1 to 256",
    "encoder, cache=0, cache must be 1 to 10000000",
    "grpc, port=65536, port must be 0 to 65535",
    "predictions, buffer=0, buffer must be at least 1",
    "predictions, timeout=0s, timeout must be positive",
    "grpc, client-subjects[0]=CN=a, client-subjects needs attune.grpc.ssl-bundle",
    "grpc, drain=-1s, drain must not be negative",
    "models, interval=0s, interval must be positive",
    "models, remote-secret=k, remote-secret-targets must name the servers",
    "models, retry=0s, retry must be positive",
    "refill, interval=0s, interval must be positive",
    "refill, lease=3s, lease must be more than three intervals",
    "refill, settle=-1s, settle must not be negative",
    "refill, patience=-1s, patience must not be negative",
    "scoring, workers=257, workers must be 1 to 256",
    "scoring, batch=0, batch must be 1 to 10000",
    "scoring, window-per-stream=0, window-per-stream must be at least 1"
  })
  void refuses(String record, String property, String why) {
    assertThatThrownBy(() -> bind(Objects.requireNonNull(RECORDS.get(record)), property))
        .rootCause()
        .hasMessageStartingWith("attune." + record + "." + why);
  }

  private static <T> T bind(Class<T> type, String... properties) {
    String prefix = type.getAnnotation(ConfigurationProperties.class).value();
    Map<String, String> all = new HashMap<>();
    for (String property : properties) {
      int equals = property.indexOf('=');
      all.put(prefix + "." + property.substring(0, equals), property.substring(equals + 1));
    }
    return new Binder(new MapConfigurationPropertySource(all)).bindOrCreate(prefix, type);
  }
}
