package dev.attune.core.scoring;

import dev.attune.core.files.DurableMove;
import dev.attune.core.files.FileLease;
import dev.attune.core.files.Folders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder: a subfolder a version, {@code live.json} beside them. Every change is one atomic rename
 * of what is on the disk already; writers exclude each other by a file lock.
 */
final class FolderStorage implements ModelStorage {
  private static final String LIVE = "live.json";
  private static final String LOCK = ".lock";
  private static final String STAGING = ".staging-";

  /** Written by whoever has the lock. */
  private static final String NEXT_LIVE = ".live-next.json";

  /** A file lock excludes other processes, this one the threads of our own. */
  private static final ReentrantLock IN_PROCESS = new ReentrantLock();

  private final Path root;

  FolderStorage(Path root) {
    this.root = root;
  }

  private interface Change<T> {
    T apply() throws IOException;
  }

  @Override
  public String place() {
    return root.toString();
  }

  @Override
  public List<String> versions() throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(root)) {
      return files
          .filter(dir -> Files.exists(dir.resolve(BundleFiles.MANIFEST)))
          .map(dir -> dir.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .toList();
    }
  }

  @Override
  public Path fetch(String version) throws IOException {
    Path dir = root.resolve(version);
    if (!Files.exists(dir.resolve(BundleFiles.MANIFEST))) {
      throw new NoSuchFileException(dir.toString());
    }
    return dir;
  }

  /** Only a rename away from its place; other accounts may read it, if the process lets them. */
  @Override
  public Path stage() throws IOException {
    Files.createDirectories(root);
    return Files.createDirectory(root.resolve(STAGING + UUID.randomUUID()));
  }

  @Override
  public void publish(Path staged, String version) throws IOException {
    try {
      var unused = locked(() -> moved(staged, root.resolve(version)));
    } finally {
      Folders.delete(staged);
    }
  }

  private Path moved(Path staged, Path dir) throws IOException {
    try {
      if (Files.exists(dir)) {
        throw new FileAlreadyExistsException(dir.toString());
      }
      return DurableMove.move(staged, dir);
    } catch (DirectoryNotEmptyException e) {
      throw new FileAlreadyExistsException(dir.toString());
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("Stage bundles on the file system of " + root + ".", e);
    }
  }

  @Override
  public byte @Nullable [] state() throws IOException {
    try {
      return Files.readAllBytes(root.resolve(LIVE));
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  @Override
  public boolean replaceState(byte @Nullable [] expected, byte[] next) throws IOException {
    return locked(
        () -> {
          if (!Arrays.equals(expected, state())) {
            return false;
          }
          Path file = Files.write(root.resolve(NEXT_LIVE), next);
          var unused = DurableMove.move(file, root.resolve(LIVE));
          return true;
        });
  }

  @Override
  public Optional<ModelLease> lease(String name) throws IOException {
    return FileLease.take(root.resolve("." + name + ".lock")).map(lease -> lease::close);
  }

  private <T> T locked(Change<T> change) throws IOException {
    Files.createDirectories(root);
    IN_PROCESS.lock();
    try (FileChannel channel =
            FileChannel.open(
                root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      return change.apply();
    } finally {
      IN_PROCESS.unlock();
    }
  }
}
