package dev.attune.local.stack;

import dev.attune.local.infra.ServerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Held while the stack is changed; another program that wants to waits. */
record HomeLock(FileChannel channel, FileLock lock) implements AutoCloseable {
  static HomeLock of(Path home) {
    try {
      Files.createDirectories(home);
      FileChannel channel =
          FileChannel.open(
              home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      return new HomeLock(channel, Objects.requireNonNull(channel.lock()));
    } catch (IOException e) {
      throw new ServerException(
          "The folder %s cannot be used: %s.".formatted(home, e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
