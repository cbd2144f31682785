package dev.attune.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.gateway.access.IdentitySettings;
import dev.attune.gateway.access.OidcSettings;
import dev.attune.gateway.events.BodySettings;
import dev.attune.gateway.kafka.ProducerSettings;
import dev.attune.gateway.limits.OverloadSettings;
import dev.attune.gateway.limits.RateSettings;
import dev.attune.gateway.privacy.PrivacySettings;
import dev.attune.gateway.privacy.PrivacySettings.WithoutConsent;
import dev.attune.gateway.tracking.TrackingSettings;
import dev.attune.gateway.tracking.TrackingSettings.UnknownNames;
import dev.attune.http.HttpSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

/** Each record of settings: its defaults, all its names, what it refuses. */
class SettingsTest {
  @Nested
  class Identity {
    @Test
    void provesNobodyByDefault() {
      assertThat(bind("attune", IdentitySettings.class)).isEqualTo(new IdentitySettings(List.of()));
    }

    @Test
    void mapsItsName() {
      assertThat(
              bind(
                  "attune",
                  IdentitySettings.class,
                  "identity-secrets=sixteen-letters-1,sixteen-letters-2"))
          .isEqualTo(new IdentitySettings(List.of("sixteen-letters-1", "sixteen-letters-2")));
    }

    @Test
    void refusesSecretsThatAreGuessed() {
      assertRefused("attune", IdentitySettings.class, "identity-secrets=short");
    }
  }

  @Nested
  class Oidc {
    @Test
    void isOffByDefaultAndWhenItsVariablesAreEmpty() {
      OidcSettings off =
          new OidcSettings(null, null, null, Duration.ofSeconds(30), Duration.ofSeconds(2));

      assertThat(bind("attune.oidc", OidcSettings.class)).isEqualTo(off);
      assertThat(bind("attune.oidc", OidcSettings.class, "issuer=", "jwks-uri=", "audience="))
          .isEqualTo(off);
    }

    @Test
    void mapsEveryName() {
      assertThat(
              bind(
                  "attune.oidc",
                  OidcSettings.class,
                  "issuer=https://login.example",
                  "jwks-uri=https://login.example/keys",
                  "audience=attune",
                  "clock-skew=5s",
                  "timeout=1s"))
          .isEqualTo(
              new OidcSettings(
                  "https://login.example",
                  URI.create("https://login.example/keys"),
                  "attune",
                  Duration.ofSeconds(5),
                  Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "issuer=https://login.example",
          "audience=attune",
          "jwks-uri=https://login.example/keys",
          "clock-skew=-1s",
          "clock-skew=6m",
          "timeout=0s",
        })
    void refuses(String property) {
      assertRefused("attune.oidc", OidcSettings.class, property);
    }
  }

  @Nested
  class Tracking {
    @Test
    void takesEveryNameByDefault() {
      assertThat(bind("attune.tracking", TrackingSettings.class))
          .isEqualTo(new TrackingSettings(null, UnknownNames.ALLOW));
    }

    @Test
    void mapsEveryName() {
      assertThat(
              bind(
                  "attune.tracking",
                  TrackingSettings.class,
                  "playbook=/books/shop",
                  "unknown-names=refuse"))
          .isEqualTo(new TrackingSettings(Path.of("/books/shop"), UnknownNames.REFUSE));
    }

    @Test
    void refusesAnUnknownRule() {
      assertRefused("attune.tracking", TrackingSettings.class, "unknown-names=maybe");
    }
  }

  @Nested
  class Body {
    @Test
    void hasTheContractsLimits() {
      assertThat(bind("attune.body", BodySettings.class))
          .isEqualTo(
              new BodySettings(
                  DataSize.ofMegabytes(1),
                  DataSize.ofMegabytes(4),
                  DataSize.ofMegabytes(24),
                  DataSize.ofMegabytes(32),
                  500,
                  DataSize.ofKilobytes(32),
                  32,
                  true));
    }

    @Test
    void mapsEveryName() {
      assertThat(
              bind(
                  "attune.body",
                  BodySettings.class,
                  "max-compressed=2MB",
                  "max-body=3MB",
                  "max-in-flight-per-key=4MB",
                  "max-in-flight=5MB",
                  "max-events=7",
                  "max-event=11KB",
                  "max-nesting=13",
                  "keep-unknown=false"))
          .isEqualTo(
              new BodySettings(
                  DataSize.ofMegabytes(2),
                  DataSize.ofMegabytes(3),
                  DataSize.ofMegabytes(4),
                  DataSize.ofMegabytes(5),
                  7,
                  DataSize.ofKilobytes(11),
                  13,
                  false));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "max-compressed=0B",
          "max-body=0B",
          "max-body=2GB",
          "max-in-flight=1MB",
          "max-in-flight-per-key=1MB",
          "max-events=0",
          "max-events=100001",
          "max-event=0B",
          "max-event=5MB",
          "max-event=1MB",
          "max-nesting=1",
          "max-nesting=501",
        })
    void refuses(String property) {
      assertRefused("attune.body", BodySettings.class, property);
    }
  }

  @Nested
  class Producing {
    @Test
    void waitsAFewSecondsAtMostByDefault() {
      assertThat(bind("attune.producer", ProducerSettings.class))
          .isEqualTo(
              new ProducerSettings(
                  Duration.ofSeconds(5),
                  DataSize.ofMegabytes(32),
                  DataSize.ofKilobytes(64),
                  Duration.ZERO,
                  1,
                  "snappy",
                  0));
    }

    @Test
    void mapsEveryName() {
      assertThat(
              bind(
                  "attune.producer",
                  ProducerSettings.class,
                  "deadline=3s",
                  "buffer=9MB",
                  "batch=16KB",
                  "linger=2ms",
                  "in-flight=3",
                  "compression=zstd",
                  "epoch=7"))
          .isEqualTo(
              new ProducerSettings(
                  Duration.ofSeconds(3),
                  DataSize.ofMegabytes(9),
                  DataSize.ofKilobytes(16),
                  Duration.ofMillis(2),
                  3,
                  "zstd",
                  7));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "deadline=50ms",
          "linger=-1ms",
          "linger=5s",
          "batch=1B",
          "epoch=-1",
          "epoch=65536",
          "buffer=64KB",
          "in-flight=0",
          "in-flight=6",
          "compression="
        })
    void refuses(String property) {
      assertRefused("attune.producer", ProducerSettings.class, property);
    }
  }

  @Nested
  class Overload {
    @Test
    void hasRoomForAQuietService() {
      assertThat(bind("attune.overload", OverloadSettings.class))
          .isEqualTo(new OverloadSettings(200, 2000));
    }

    @Test
    void mapsEveryName() {
      assertThat(
              bind(
                  "attune.overload",
                  OverloadSettings.class,
                  "min-concurrency=3",
                  "max-concurrency=5"))
          .isEqualTo(new OverloadSettings(3, 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"min-concurrency=0", "max-concurrency=0", "max-concurrency=100001"})
    void refuses(String property) {
      assertRefused("attune.overload", OverloadSettings.class, property);
    }
  }

  @Nested
  class Http {
    @Test
    void boundsConnections() {
      assertThat(bind("attune.http", HttpSettings.class))
          .isEqualTo(
              new HttpSettings(
                  4096,
                  8192,
                  Duration.ofSeconds(60),
                  Duration.ofSeconds(10),
                  Duration.ofSeconds(30),
                  Duration.ofSeconds(10),
                  DataSize.ofKilobytes(1)));
    }

    @Test
    void mapsEveryName() {
      assertThat(
              bind(
                  "attune.http",
                  HttpSettings.class,
                  "max-connections-per-peer=2",
                  "max-connections=3",
                  "idle-timeout=4s",
                  "head-timeout=5s",
                  "body-timeout=6s",
                  "read-timeout=7s",
                  "least-rate=8B"))
          .isEqualTo(
              new HttpSettings(
                  2,
                  3,
                  Duration.ofSeconds(4),
                  Duration.ofSeconds(5),
                  Duration.ofSeconds(6),
                  Duration.ofSeconds(7),
                  DataSize.ofBytes(8)));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "max-connections=0",
          "max-connections-per-peer=0",
          "idle-timeout=0s",
          "head-timeout=0s",
          "body-timeout=0s",
          "read-timeout=-1s",
          "least-rate=-1B"
        })
    void refuses(String property) {
      assertRefused("attune.http", HttpSettings.class, property);
    }
  }

  @Nested
  class Rates {
    @Test
    void limitPublicKeysByDefault() {
      assertThat(bind("attune.rates", RateSettings.class))
          .isEqualTo(new RateSettings(2000, 2, 20, 10, 50, 1000, 100_000, 0, 0));
    }

    @Test
    void mapEveryName() {
      assertThat(
              bind(
                  "attune.rates",
                  RateSettings.class,
                  "per-key=3",
                  "burst-seconds=5",
                  "per-user=7",
                  "user-burst-seconds=11",
                  "new-users=13",
                  "new-user-burst=17",
                  "users=19",
                  "secret-per-key=23",
                  "secret-per-user=29"))
          .isEqualTo(new RateSettings(3, 5, 7, 11, 13, 17, 19, 23, 29));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "per-key=-1",
          "per-user=-1",
          "per-user=1000000001",
          "new-users=-1",
          "secret-per-key=-1",
          "secret-per-user=-1",
          "burst-seconds=0",
          "user-burst-seconds=0",
          "new-user-burst=0",
          "users=0"
        })
    void refuse(String property) {
      assertRefused("attune.rates", RateSettings.class, property);
    }
  }

  @Nested
  class Privacy {
    @Test
    void masksByDefault() {
      assertThat(bind("attune.privacy", PrivacySettings.class))
          .isEqualTo(
              new PrivacySettings(
                  true, true, true, true, Map.of(), List.of(), WithoutConsent.STRIP));
    }

    @Test
    void mapsEveryName() {
      assertThat(
              bind(
                  "attune.privacy",
                  PrivacySettings.class,
                  "email=false",
                  "phone=false",
                  "card=false",
                  "iban=false",
                  "patterns.badge=B-[0-9]+",
                  "fields=clicked.element",
                  "without-consent=refuse"))
          .isEqualTo(
              new PrivacySettings(
                  false,
                  false,
                  false,
                  false,
                  Map.of("badge", "B-[0-9]+"),
                  List.of("clicked.element"),
                  WithoutConsent.REFUSE));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "patterns.x=(",
          "patterns.x=(?=look)",
          "patterns.x=a*",
          "fields=message_sent.length",
          "fields=userId",
          "without-consent=perhaps"
        })
    void refuses(String property) {
      assertRefused("attune.privacy", PrivacySettings.class, property);
    }
  }

  private static <T> void assertRefused(String prefix, Class<T> type, String... properties) {
    assertThatThrownBy(() -> bind(prefix, type, properties)).hasStackTraceContaining(prefix + ".");
  }

  private static <T> T bind(String prefix, Class<T> type, String... properties) {
    Map<String, String> all = new HashMap<>();
    for (String property : properties) {
      int equals = property.indexOf('=');
      all.put(prefix + "." + property.substring(0, equals), property.substring(equals + 1));
    }
    return new Binder(new MapConfigurationPropertySource(all)).bindOrCreate(prefix, type);
  }
}
