package dev.attune.core.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Who holds it is alone, on this machine, until it is closed or the process ends. */
public final class FileLease implements AutoCloseable {
  private final FileChannel channel;

  private FileLease(FileChannel channel) {
    this.channel = channel;
  }

  /** Empty when somebody else holds it. The file is made when it isn't there, and stays. */
  public static Optional<FileLease> take(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (isMine(channel)) {
      return Optional.of(new FileLease(channel));
    }
    channel.close();
    return Optional.empty();
  }

  private static boolean isMine(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // another thread of this process
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
