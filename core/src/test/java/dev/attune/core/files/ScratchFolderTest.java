package dev.attune.core.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchFolderTest {
  private static final String NAME = "run-";

  @TempDir private Path temp = Path.of("");

  @Test
  void endsWithItsRun() throws IOException {
    Path path;
    try (ScratchFolder scratch = ScratchFolder.make(temp, NAME)) {
      path = scratch.path();
      Files.writeString(path.resolve("records"), "x");
    }

    assertThat(path).doesNotExist();
  }

  @Test
  void whatAKilledRunLeftIsDeletedByTheNext() throws IOException {
    Path left = Files.createDirectories(temp.resolve(NAME + "killed/day"));
    Files.writeString(left.resolve("records"), "x");
    Path other = Files.createDirectories(temp.resolve("other"));

    try (ScratchFolder scratch = ScratchFolder.make(temp, NAME)) {
      assertThat(temp.resolve(NAME + "killed")).doesNotExist();
      assertThat(other).exists();
      assertThat(scratch.path()).exists();
    }
  }

  @Test
  void aRunThatGoesOnKeepsItsOwn() throws IOException {
    try (ScratchFolder first = ScratchFolder.make(temp, NAME)) {
      Files.writeString(first.path().resolve("records"), "x");

      try (ScratchFolder second = ScratchFolder.make(temp, NAME)) {
        assertThat(second.path()).isNotEqualTo(first.path());
      }

      assertThat(first.path().resolve("records")).exists();
    }
  }
}
