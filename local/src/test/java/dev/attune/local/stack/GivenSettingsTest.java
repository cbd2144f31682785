package dev.attune.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.local.infra.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GivenSettingsTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z][A-Z0-9_]+)");

  @TempDir private Path home;

  @Test
  void keepsWhatServicesReadAndNothingElse() throws IOException {
    String document = Files.readString(Checkout.find().root().resolve("docs/settings.md"));
    String[] parts = document.split("<!-- from here on written", 2);
    Set<String> services = names(parts[1]);

    assertThat(services).hasSizeGreaterThan(100).allMatch(GivenSettings::areRead);
    assertThat(names(parts[0]))
        .filteredOn(name -> !services.contains(name))
        .contains("ATTUNE_HOME")
        .noneMatch(GivenSettings::areRead);
    assertThat(GivenSettings.areRead("PATH")).isFalse();
  }

  private static Set<String> names(String rows) {
    return ROW.matcher(rows)
        .results()
        .map((MatchResult row) -> row.group(1))
        .collect(Collectors.toSet());
  }

  @Test
  void whatIsGivenNowReplacesWhatWasKeptAndTheStacksOwnStays() {
    GivenSettings given = GivenSettings.of(home);
    given.write(Map.of("ATTUNE_EPOCH", "1", "ATTUNE_KEYSRELOAD", "2s"));

    var now = Map.of("ATTUNE_EPOCH", "3", "ATTUNE_REDIS_URI", "redis://elsewhere");

    assertThat(given.with(now, "ATTUNE_REDIS_URI"::equals))
        .containsExactlyInAnyOrderEntriesOf(Map.of("ATTUNE_EPOCH", "3", "ATTUNE_KEYSRELOAD", "2s"));
  }

  @Test
  void aSecretIsReadByItsOwnerAloneAndAsItWas() throws IOException {
    GivenSettings given = GivenSettings.of(home);
    var secret = Map.of("ATTUNE_KAFKA_PASSWORD", "one = two\nthree \\ \u00e9");

    given.write(Map.of("ATTUNE_EPOCH", "1"));
    given.write(secret);

    assertThat(given.with(Map.of(), _ -> false)).isEqualTo(secret);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(given.file())))
        .isEqualTo("rw-------");
  }

  @Test
  void aFileThatIsBrokenIsNamed() throws IOException {
    GivenSettings given = GivenSettings.of(home);
    given.write(Map.of("ATTUNE_EPOCH", "1"));
    Files.writeString(given.file(), "ATTUNE_EPOCH=\\u12");

    assertThatThrownBy(() -> given.with(Map.of(), _ -> false))
        .hasMessageContaining(given.file().toString());
  }
}
