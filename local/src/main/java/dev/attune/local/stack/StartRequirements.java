package dev.attune.local.stack;

import dev.attune.local.infra.Ports;
import dev.attune.local.infra.ServerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/** What this machine must have before a part is started, checked before anything is. */
final class StartRequirements {
  /** The unpacked services take 200 MiB of it; the rest is for topics, state and logs. */
  private static final long LEAST_SPACE = 1L << 30;

  private static final int MEBIBYTE = 1 << 20;

  private final StackSettings settings;

  StartRequirements(StackSettings settings) {
    this.settings = settings;
  }

  /**
   * Checks the space and the ports of parts that are about to be started.
   *
   * @throws ServerException that says what is missing and what to do
   */
  void check(Collection<Part> parts) {
    if (!parts.isEmpty()) {
      requireSpace();
    }
    parts.forEach(this::requirePorts);
  }

  private void requireSpace() {
    try {
      Path home = Files.createDirectories(settings.home());
      long free = Files.getFileStore(home).getUsableSpace();
      if (free < LEAST_SPACE) {
        throw new ServerException(
            "The disk of %s has %d MiB free, the stack needs %d; free some or set ATTUNE_HOME."
                .formatted(home, free / MEBIBYTE, LEAST_SPACE / MEBIBYTE));
      }
    } catch (IOException e) {
      throw new ServerException(
          "The folder %s cannot be used: %s.".formatted(settings.home(), e.getMessage()), e);
    }
  }

  private void requirePorts(Part part) {
    settings
        .ports()
        .allOf(part)
        .forEach(
            (variable, port) -> {
              if (!Ports.isFree(port)) {
                throw new ServerException(
                    "%s cannot start: port %d is taken by another program; free it or set %s."
                        .formatted(part.id(), port, variable));
              }
            });
  }
}
