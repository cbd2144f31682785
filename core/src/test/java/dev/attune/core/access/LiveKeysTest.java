package dev.attune.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.access.AccessKey.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveKeysTest {
  private static final AccessKey FIXED =
      AccessKey.of("web", Role.WRITE, KeyRing.hash("w"), List.of());

  private final Path file;
  private final List<String> told = new ArrayList<>();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

  LiveKeysTest(@TempDir Path folder) {
    file = folder.resolve("keys");
  }

  /** Looks at the file each time. */
  private LiveKeys keys() throws IOException {
    return new LiveKeys(List.of(FIXED), file, Duration.ZERO, now::get, told::add);
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

  @Test
  void aKeyThatTheFileHasTooIsAsTheFileSays() throws IOException {
    write("page write " + FIXED.sha256() + " scopes=ingest", 1);

    assertThat(keys().ring().keys())
        .singleElement()
        .satisfies(
            key -> {
              assertThat(key.name()).isEqualTo("page");
              assertThat(key.may(Scope.REPLIES)).isFalse();
            });
  }

  @Test
  void aKeyWithoutScopesMayAllThatItsRoleAllows() throws IOException {
    write("page write %s *%nserver secret %s%n".formatted(KeyRing.hash("1"), KeyRing.hash("2")), 1);
    LiveKeys keys = keys();

    assertThat(EnumSet.allOf(Scope.class))
        .filteredOn(valid(keys, "1")::may)
        .containsExactly(Scope.INGEST, Scope.REPLIES);
    assertThat(EnumSet.allOf(Scope.class)).allMatch(valid(keys, "2")::may);
  }

  @Test
  void scopesLeaveAKeyWhatTheyName() throws IOException {
    write(
        "page write %s scopes=ingest *%ncrm secret %s scopes=erase,read%n"
            .formatted(KeyRing.hash("1"), KeyRing.hash("2")),
        1);
    LiveKeys keys = keys();

    assertThat(EnumSet.allOf(Scope.class))
        .filteredOn(valid(keys, "1")::may)
        .containsExactly(Scope.INGEST);
    assertThat(EnumSet.allOf(Scope.class))
        .filteredOn(valid(keys, "2")::may)
        .containsExactly(Scope.ERASE, Scope.READ);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "write # scopes=read",
        "write # scopes=ingest,erase",
        "secret # scopes=",
        "secret # scopes=read,",
        "secret # scopes=admin",
        "secret # scope=read",
        "secret # expires=",
        "secret # expires=tomorrow",
        "secret # expires=2027-02-30",
        "secret # expires=2027-01-31T12:00",
      })
  void scopesAndExpiriesThatAreNoneStopTheStart(String rest) throws IOException {
    write("crm " + rest.replace("#", KeyRing.hash("1")), 1);

    assertThatThrownBy(this::keys)
        .hasMessageContaining("keys:1: role is")
        .hasMessageContaining("scopes");
  }

  @Test
  void aKeyEndsAtItsExpiry() throws IOException {
    Instant end = Instant.parse("2027-01-31T12:00:00Z");
    write(line("old", "1").strip() + " expires=" + end + "\n" + line("new", "2"), 1);
    LiveKeys keys = keys();

    now.set(end.minusMillis(1));
    assertThat(valid(keys, "1").name()).isEqualTo("old");
    assertThat(valid(keys, "1").until()).isEqualTo(end);
    now.set(end);
    assertThat(keys.find("1"))
        .isInstanceOfSatisfying(
            KeyFinding.Expired.class,
            over ->
                assertThat(over.sentence()).isEqualTo("This key expired at 2027-01-31T12:00:00Z."));
    assertThat(valid(keys, "2").until()).isEqualTo(Instant.MAX);
  }

  @Test
  void aDateIsTheLastDayOnWhichAKeyIsValid() throws IOException {
    write(line("old", "1").strip() + " expires=2027-01-31", 1);
    LiveKeys keys = keys();

    now.set(Instant.parse("2027-01-31T23:59:59Z"));
    assertThat(valid(keys, "1").name()).isEqualTo("old");
    now.set(Instant.parse("2027-02-01T00:00:00Z"));
    assertThat(keys.find("1")).isInstanceOf(KeyFinding.Expired.class);
  }

  @Test
  void knowsWhenEachKeyWasLastLetIn() throws IOException {
    write(line("old", "1").strip() + " expires=2027-01-31\n" + line("new", "2"), 1);
    LiveKeys keys = keys();
    Instant day = Instant.parse("2027-01-31T00:00:00Z");

    now.set(day);
    assertThat(valid(keys, "1").name()).isEqualTo("old");
    assertThat(keys.find("none")).isInstanceOf(KeyFinding.Unknown.class);
    now.set(day.plusSeconds(86_400));
    assertThat(keys.find("1")).isInstanceOf(KeyFinding.Expired.class);

    assertThat(keys.lastUsed("old")).isEqualTo(day.getEpochSecond());
    assertThat(keys.lastUsed("new")).isZero();
    assertThat(keys.lastUsed("none")).isZero();
  }

  @Test
  void tellsWhichKeysAnotherContentOfTheFileChanges() throws IOException {
    write(line("first", "1") + line("second", "2") + line("third", "3"), 1);
    LiveKeys keys = keys();
    List<KeyChange> changes = new ArrayList<>();
    keys.onChange(changes::addAll);

    write(line("second", "2") + line("third", "4") + line("fourth", "5"), 2);
    assertThat(keys.ring().keys()).hasSize(4);

    assertThat(changes)
        .containsExactly(
            new KeyChange("third", KeyChange.Kind.CHANGED),
            new KeyChange("fourth", KeyChange.Kind.ADDED),
            new KeyChange("first", KeyChange.Kind.REMOVED));
  }

  private static AccessKey valid(LiveKeys keys, String presented) {
    assertThat(keys.find(presented)).isInstanceOf(KeyFinding.Valid.class);
    return ((KeyFinding.Valid) keys.find(presented)).key();
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
