package dev.attune.core.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Moves what is finished into its place, at once for readers and for good: its bytes are on the
 * disk before its name is. Otherwise a file may be empty after a loss of power.
 */
public final class DurableMove {
  private DurableMove() {}

  /**
   * @param finished a file, or a folder with files, on the target's file system
   * @param target a file that is there is replaced
   * @throws java.nio.file.AtomicMoveNotSupportedException when it is on another file system
   */
  public static Path move(Path finished, Path target) throws IOException {
    for (Path file : withFiles(finished)) {
      force(file);
    }
    Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
    force(Objects.requireNonNull(target.toAbsolutePath().getParent()));
    return target;
  }

  /** The folders after what is in them. */
  private static List<Path> withFiles(Path finished) throws IOException {
    try (Stream<Path> files = Files.walk(finished)) {
      return files.toList().reversed();
    }
  }

  private static void force(Path path) throws IOException {
    // read-only files are forced, too
    try (FileChannel open = FileChannel.open(path, StandardOpenOption.READ)) {
      open.force(true);
    } catch (IOException e) {
      // not every system lets a folder be opened or forced; what is in it was forced itself
      if (!Files.isDirectory(path)) {
        throw e;
      }
    }
  }
}
