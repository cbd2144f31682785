package dev.attune.kafka.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.AccessKey.Role;
import dev.attune.core.access.KeyRing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class KeySettingsTest {
  private static final String[] WEB = {
    "keys[0].name=web", "keys[0].role=write", "keys[0].sha256=" + KeyRing.hash("k")
  };

  @Test
  void letsNobodyInByDefault() {
    assertThat(bind()).isEqualTo(new KeySettings(List.of(), null, Duration.ofSeconds(5)));
  }

  @Test
  void mapsEveryName() {
    assertThat(
            bind(
                "keys[0].name=web",
                "keys[0].role=write",
                "keys[0].sha256=" + KeyRing.hash("k"),
                "keys[0].origins=https://a.example",
                "keys-file=/run/keys",
                "keys-reload=1s"))
        .isEqualTo(
            new KeySettings(
                List.of(
                    AccessKey.of(
                        "web", Role.WRITE, KeyRing.hash("k"), List.of("https://a.example"))),
                Path.of("/run/keys"),
                Duration.ofSeconds(1)));
  }

  @Test
  void knowsEveryRole() {
    KeySettings settings =
        bind(
            "keys[0].name=web", "keys[0].role=write-signed", "keys[0].sha256=" + KeyRing.hash("k"));

    assertThat(settings.keys().getFirst().role()).isEqualTo(Role.WRITE_SIGNED);
  }

  @Test
  void refusesWhatIsNoHashDoublesAndHastyReloads() {
    assertThatThrownBy(
            () -> bind("keys[0].name=web", "keys[0].role=write", "keys[0].sha256=secret"))
        .hasMessageContaining("attune.keys[0]")
        .hasRootCauseMessage("key web: sha256 must be 64 hex digits (printf %s KEY | sha256sum)");
    assertThatThrownBy(
            () ->
                bind(
                    WEB[0],
                    WEB[1],
                    WEB[2],
                    "keys[1].name=web",
                    "keys[1].role=write",
                    "keys[1].sha256=" + KeyRing.hash("other")))
        .hasRootCauseMessage("key web is listed twice");
    assertThatThrownBy(() -> bind("keys-reload=1ms"))
        .hasRootCauseMessage("attune.keys-reload must be at least 100ms");
  }

  @Test
  void letsAlsoASecretInThatIsSetInTheClearButNotTwice() {
    KeySettings settings = bind(WEB).and("shared", "s");

    assertThat(settings.keys())
        .extracting(AccessKey::name, AccessKey::role)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("web", Role.WRITE),
            org.assertj.core.groups.Tuple.tuple("shared", Role.SECRET));
    assertThat(settings.and("again", "s")).isSameAs(settings);
  }

  private static KeySettings bind(String... lines) {
    var source =
        new MapConfigurationPropertySource(
            Arrays.stream(lines)
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(line -> "attune." + line[0], line -> line[1])));
    return new Binder(source).bindOrCreate("attune", KeySettings.class);
  }
}
