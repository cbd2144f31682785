package dev.attune.chaos.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What is done with a stack's folder when it ends; a file that is in the way stops nothing. */
final class Folders {
  private Folders() {}

  static void delete(Path folder) {
    for (Path file : within(folder).reversed()) {
      file.toFile().delete();
    }
  }

  /** The files right in a folder, where there is one. */
  static void copyFiles(Path folder, Path target) {
    for (Path file : within(folder)) {
      if (Files.isRegularFile(file) && folder.equals(file.getParent())) {
        copy(file, target.resolve(file.getFileName()));
      }
    }
  }

  private static void copy(Path file, Path target) {
    try {
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> within(Path folder) {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted(Comparator.naturalOrder()).toList();
    } catch (IOException | UncheckedIOException e) {
      // a process that was killed a moment ago may still take its files away
      return List.of();
    }
  }
}
