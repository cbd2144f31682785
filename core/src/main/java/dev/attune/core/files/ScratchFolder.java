package dev.attune.core.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder for what one run works on, which ends with it. What a killed run left, the next one of
 * the same name deletes: there may be users' texts in it.
 */
public final class ScratchFolder implements AutoCloseable {
  private static final String LEASE = ".lease";

  private final Path path;
  private final FileLease lease;

  private ScratchFolder(Path path, FileLease lease) {
    this.path = path;
    this.lease = lease;
  }

  /**
   * @param parent where it lies, beside those of other runs
   * @param name begins its name
   */
  public static ScratchFolder make(Path parent, String name) throws IOException {
    deleteLeft(parent, name);
    Path path = Files.createTempDirectory(parent, name);
    Optional<FileLease> lease = FileLease.take(path.resolve(LEASE));
    // another run, which begins at this moment, may take it for one that was left
    return lease.isPresent() ? new ScratchFolder(path, lease.get()) : make(parent, name);
  }

  /** The same in the system's folder for temporary files. */
  public static ScratchFolder make(String name) throws IOException {
    return make(Path.of(System.getProperty("java.io.tmpdir")), name);
  }

  private static void deleteLeft(Path parent, String name) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, name + "*")) {
      for (Path folder : folders) {
        deleteIfLeft(folder);
      }
    }
  }

  private static void deleteIfLeft(Path folder) {
    try {
      Optional<FileLease> lease = FileLease.take(folder.resolve(LEASE));
      if (lease.isPresent()) {
        Folders.delete(folder);
        lease.get().close();
      }
    } catch (IOException e) {
      // somebody else's
    }
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    lease.close();
    Folders.delete(path);
  }
}
