package dev.attune.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  @TempDir Path folder;

  @Test
  void keepsWhatWaitsForTheNextProcess() {
    Path file = folder.resolve("events.spool");
    try (Spool spool = new Spool(file, 10)) {
      spool.add("a", "1", true);
      spool.add("b", "2", true);
      spool.add("c", "3", true);
      spool.remove(List.of("a"));
    }

    try (Spool reopened = new Spool(file, 10)) {
      assertThat(reopened.head(10, 1000)).containsExactly(entry("b", "2"), entry("c", "3"));
    }
  }

  @Test
  void writesNothingOfWhoHasNotConsented() throws Exception {
    Path file = folder.resolve("events.spool");
    try (Spool spool = new Spool(file, 2_000)) {
      spool.add("a", "granted", true);
      spool.add("b", "withheld", false);
      for (int i = 0; i < 1_500; i++) {
        spool.add("id-" + i, "{}", true);
        spool.remove(List.of("id-" + i));
      }

      assertThat(spool.head(10, 1000)).containsOnlyKeys("a", "b");
      assertThat(Files.readString(file)).contains("granted").doesNotContain("withheld", "-b");
      spool.remove(List.of("b"));
      assertThat(spool.head(10, 1000)).containsOnlyKeys("a");
    }

    assertThat(Files.readString(file)).doesNotContain("withheld", "-b");
  }

  @Test
  void isReadableByItsOwnerAlone() throws Exception {
    Path file = folder.resolve("events.spool");
    Files.writeString(file, "+a 1\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    try (Spool spool = new Spool(file, 10)) {
      spool.add("b", "2", true);

      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void passesOverALineCutOffByACrash() throws Exception {
    Path file = folder.resolve("events.spool");
    try (Spool spool = new Spool(file, 10)) {
      spool.add("a", "1", true);
    }
    Files.writeString(file, "+b {\"half\":", StandardOpenOption.APPEND);

    try (Spool reopened = new Spool(file, 10)) {
      assertThat(reopened.head(10, 1000)).containsExactly(entry("a", "1"));
    }
  }

  @Test
  void dropsTheOldestWhenFull() {
    try (Spool spool = new Spool(null, 2)) {
      assertThat(
              List.of(
                  spool.add("a", "1", true), spool.add("b", "2", true), spool.add("c", "3", true)))
          .containsExactly(0, 0, 1);
      assertThat(spool.head(10, 1000)).containsOnlyKeys("b", "c");
    }
  }

  @Test
  void keepsTheJournalSmallWhileEventsComeAndGo() throws Exception {
    Path file = folder.resolve("events.spool");
    try (Spool spool = new Spool(file, 10)) {
      for (int i = 0; i < 10_000; i++) {
        spool.add("id-" + i, "{}", true);
        spool.remove(List.of("id-" + i));
      }

      assertThat(Files.size(file)).isLessThan(40_000);
    }
  }

  @Test
  void aDiskThatFailsThrowsNothingAndIsWrittenAsSoonAsItCanBe() throws Exception {
    Path inside = folder.resolve("inside");
    Path file = inside.resolve("events.spool");
    try (Spool spool = new Spool(file, 5_000)) {
      spool.add("a", "1", true);
      Files.delete(file);
      Files.delete(inside.resolve("events.spool.lock"));
      Files.delete(inside);

      // so many that the journal must be rewritten, which the missing folder forbids
      for (int i = 0; i < 2_000; i++) {
        spool.add("gone-" + i, "{}", true);
        spool.remove(List.of("gone-" + i));
      }
      assertThat(spool.head(10, 1000)).containsExactly(entry("a", "1"));
      Files.createDirectory(inside);
      spool.add("b", "2", true);
    }

    try (Spool reopened = new Spool(file, 10)) {
      assertThat(reopened.head(10, 1000)).containsExactly(entry("a", "1"), entry("b", "2"));
    }
  }

  @Test
  void refusesAFileThatAnotherUses() {
    Path file = folder.resolve("events.spool");
    try (Spool held = new Spool(file, 10)) {
      assertThat(held.size()).isZero();
      assertThatThrownBy(() -> new Spool(file, 10))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("events.spool")
          .hasRootCauseInstanceOf(java.nio.channels.OverlappingFileLockException.class);
    }
  }

  private static java.util.Map.Entry<String, String> entry(String id, String json) {
    return java.util.Map.entry(id, json);
  }
}
