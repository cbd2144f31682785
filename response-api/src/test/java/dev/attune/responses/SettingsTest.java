package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.responses.access.IdentitySettings;
import dev.attune.responses.decision.DecisionSettings;
import dev.attune.responses.decision.ExplanationSettings;
import dev.attune.responses.decision.PrivacySettings;
import dev.attune.responses.playbook.ReplySettings;
import dev.attune.responses.store.StoreSettings;
import dev.attune.responses.user.StateSettings;
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
  class Store {
    @Test
    void keepsRepliesQuickByDefault() {
      assertThat(bind("attune.store", StoreSettings.class))
          .isEqualTo(
              new StoreSettings(
                  Duration.ofMillis(20),
                  Duration.ofSeconds(1),
                  64,
                  200,
                  5,
                  160,
                  10_000,
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(10)));
    }

    @Test
    void mapsEveryName() {
      assertThat(
              bind(
                  "attune.store",
                  StoreSettings.class,
                  "read-budget=30ms",
                  "look-up-budget=2s",
                  "waiters=1",
                  "watchers=2",
                  "watchers-per-user=6",
                  "watchers-per-key=7",
                  "near-cache=3",
                  "near-cache-time=4ms",
                  "heartbeat=5s"))
          .isEqualTo(
              new StoreSettings(
                  Duration.ofMillis(30),
                  Duration.ofSeconds(2),
                  1,
                  2,
                  6,
                  7,
                  3,
                  Duration.ofMillis(4),
                  Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "read-budget=0ms",
          "read-budget=11s",
          "look-up-budget=10ms",
          "look-up-budget=11s",
          "near-cache=-1",
          "near-cache-time=1m",
          "heartbeat=0s",
          "waiters=0",
          "watchers=0",
          "watchers-per-user=0",
          "watchers-per-key=0"
        })
    void refuses(String property) {
      assertRefused("attune.store", StoreSettings.class, property);
    }
  }

  @Nested
  class Replies {
    @Test
    void takesPredictionsOfADayByDefault() {
      assertThat(bind("attune.responses", ReplySettings.class))
          .isEqualTo(new ReplySettings(Path.of("playbooks/support"), Duration.ofDays(1), 0));
    }

    @Test
    void mapsEveryName() {
      assertThat(
              bind(
                  "attune.responses",
                  ReplySettings.class,
                  "playbook=books/shop",
                  "max-age=1h",
                  "epoch=7"))
          .isEqualTo(new ReplySettings(Path.of("books/shop"), Duration.ofHours(1), 7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"max-age=0s", "epoch=-1", "epoch=65536"})
    void refuses(String property) {
      assertRefused("attune.responses", ReplySettings.class, property);
    }
  }

  @Nested
  class Decisions {
    @Test
    void boundsWhatWaitsForKafkaByDefault() {
      assertThat(bind("attune.decisions", DecisionSettings.class))
          .isEqualTo(
              new DecisionSettings(
                  10_000,
                  DataSize.ofMegabytes(16),
                  Path.of(".attune/data/responses"),
                  DataSize.ofMegabytes(32)));
    }

    @Test
    void mapsEveryName() {
      assertThat(
              bind(
                  "attune.decisions",
                  DecisionSettings.class,
                  "capacity=2",
                  "recent=3KB",
                  "spool=/spool",
                  "spool-size=5MB"))
          .isEqualTo(
              new DecisionSettings(
                  2, DataSize.ofKilobytes(3), Path.of("/spool"), DataSize.ofMegabytes(5)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"capacity=0", "recent=2GB", "spool-size=3MB", "spool-size=2GB"})
    void refuses(String property) {
      assertRefused("attune.decisions", DecisionSettings.class, property);
    }
  }

  @Nested
  class Privacy {
    @Test
    void masksByDefault() {
      assertThat(bind("attune.privacy", PrivacySettings.class))
          .isEqualTo(new PrivacySettings(true, true, true, true, Map.of()));
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
                  "patterns.badge=B-[0-9]+"))
          .isEqualTo(new PrivacySettings(false, false, false, false, Map.of("badge", "B-[0-9]+")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"patterns.x=(", "patterns.x=(?=look)", "patterns.x=a*"})
    void refuses(String property) {
      assertRefused("attune.privacy", PrivacySettings.class, property);
    }
  }

  @Nested
  class Explanations {
    @Test
    void asksTheLocalStackWithoutAKeyByDefault() {
      assertThat(bind("attune.inference", ExplanationSettings.class))
          .isEqualTo(
              new ExplanationSettings(
                  URI.create("http://127.0.0.1:7072"), null, Duration.ofSeconds(2)));
    }

    @Test
    void mapsEveryName() {
      assertThat(
              bind(
                  "attune.inference",
                  ExplanationSettings.class,
                  "url=https://i",
                  "secret=s",
                  "timeout=1s"))
          .isEqualTo(new ExplanationSettings(URI.create("https://i"), "s", Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"url=redis://i", "timeout=0s"})
    void refuses(String property) {
      assertRefused("attune.inference", ExplanationSettings.class, property);
    }
  }

  @Nested
  class State {
    @Test
    void asksTheLocalStackByDefault() {
      assertThat(bind("attune.state", StateSettings.class))
          .isEqualTo(
              new StateSettings(URI.create("http://127.0.0.1:7074"), "", Duration.ofSeconds(2)));
    }

    @Test
    void mapsEveryName() {
      assertThat(
              bind("attune.state", StateSettings.class, "url=https://s", "secret=k", "budget=1s"))
          .isEqualTo(new StateSettings(URI.create("https://s"), "k", Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"url=ftp://s", "budget=0s"})
    void refuses(String property) {
      assertRefused("attune.state", StateSettings.class, property);
    }
  }

  private static <T> void assertRefused(String prefix, Class<T> type, String property) {
    assertThatThrownBy(() -> bind(prefix, type, property))
        .hasStackTraceContaining(prefix + "." + property.split("=")[0]);
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
