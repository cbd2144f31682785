package dev.attune.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
  @TempDir private Path temp = Path.of("");

  @Test
  void deletesAllThatIsInAFolderAndNothingBesideIt() throws IOException {
    Path folder = temp.resolve("a");
    Files.createDirectories(folder.resolve("b/c"));
    Files.writeString(folder.resolve("b/c/file"), "x");
    Path other = Files.writeString(temp.resolve("other"), "y");

    Folders.delete(folder);

    assertThat(folder).doesNotExist();
    assertThat(other).exists();
  }

  @Test
  void whatIsNotThereIsDeletedAlready() {
    assertThatCode(() -> Folders.delete(temp.resolve("nothing"))).doesNotThrowAnyException();
  }
}
