package dev.attune.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.access.AccessKey.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveKeysTest {
  private static final AccessKey FIXED =
      new AccessKey("web", Role.WRITE, KeyRing.hash("w"), List.of());

  private final Path file;
  private final List<String> told = new ArrayList<>();

  LiveKeysTest(@TempDir Path folder) {
    file = folder.resolve("keys");
  }

  /** Looks at the file each time. */
  private LiveKeys keys() throws IOException {
    return new LiveKeys(List.of(FIXED), file, Duration.ZERO, InstantSource.system(), told::add);
  }

  @Test
  void rotatesKeysWithoutARestart() throws IOException {
    write("# name role hash\nfirst write " + KeyRing.hash("1") + " *\n", 1);
    LiveKeys keys = keys();
    assertThat(keys.ring().find("1")).isNotNull();
    assertThat(keys.ring().find("w")).isNotNull();

    // both, so that those who have the old one can change over
    write(line("first", "1") + line("second", "2"), 2);
    assertThat(keys.ring().find("1")).isNotNull();
    assertThat(keys.ring().find("2")).isNotNull();

    write(line("second", "2"), 3);
    assertThat(keys.ring().find("1")).isNull();
    assertThat(keys.ring().find("2")).isNotNull();
    assertThat(keys.ring().find("w")).isNotNull();
    assertThat(told).containsExactly("keys read again: 3 known", "keys read again: 2 known");
  }

  @Test
  void outlivesABrokenFileAndAMissingOne() throws IOException {
    write(line("first", "1"), 1);
    LiveKeys keys = keys();

    write("second secret nohash", 2);
    assertThat(keys.ring().find("1")).isNotNull();
    Files.delete(file);
    assertThat(keys.ring().find("1")).isNotNull();

    assertThat(told).hasSize(2).allSatisfy(line -> assertThat(line).contains("not usable"));
    assertThat(told.getFirst()).contains("keys:1").doesNotContain("nohash");
  }

  @Test
  void knowsEveryRoleByTheWordThatStandsInTheFile() throws IOException {
    write(
        "page write %s *%nshop write-signed %s *%nserver secret %s%n"
            .formatted(KeyRing.hash("1"), KeyRing.hash("2"), KeyRing.hash("3")),
        1);

    assertThat(keys().ring().keys())
        .filteredOn(key -> !key.equals(FIXED))
        .extracting(AccessKey::role)
        .containsExactly(Role.WRITE, Role.WRITE_SIGNED, Role.SECRET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"signed", "write-singed", "write signed", "secret-signed"})
  void aRoleThatIsNoneStopsTheStartAndNamesTheLine(String role) throws IOException {
    write("# keys\nshop " + role + " " + KeyRing.hash("2") + " *\n", 1);

    assertThatThrownBy(this::keys)
        .hasMessageContaining("keys:2: role is write, write-signed or secret");
  }

  @Test
  void aBrokenFileStopsTheStartAndNamesTheLine() throws IOException {
    write("\nonly two", 1);

    assertThatThrownBy(this::keys).hasMessageContaining("keys:2");
  }

  @Test
  void aKeyThatTheSettingsHaveTooIsAMistake() throws IOException {
    write(line("web", "1"), 1);

    assertThatThrownBy(this::keys).hasMessageContaining("web is listed twice");
  }

  private static String line(String name, String key) {
    return "%s %s %s%n"
        .formatted(name, Role.SECRET.name().toLowerCase(Locale.ROOT), KeyRing.hash(key));
  }

  private void write(String text, long second) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.fromMillis(second * 1000));
  }
}
