package dev.attune.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A playbook that a test may change. */
final class PlaybookCopy {
  private PlaybookCopy() {}

  /** The playbook's files in a folder of its name. */
  static Path in(Path folder, Path playbook) throws IOException {
    Path copy = Files.createDirectories(folder.resolve(playbook.getFileName()));
    try (Stream<Path> files = Files.list(playbook)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }
}
