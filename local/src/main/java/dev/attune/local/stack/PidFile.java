package dev.attune.local.stack;

import dev.attune.local.infra.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The id of a part's process, kept between two runs of the command line, and in a second line the
 * process's {@link Processes#start}: another process may have the same number, by chance or reboot.
 * Where there is no such line, the file's own time tells them apart.
 */
record PidFile(Path file) {
  // a process much younger or older than the file is another
  private static final Duration TOLERANCE = Duration.ofMinutes(1);

  /** Of a part of the stack in this home. */
  static PidFile of(Path home, Part part) {
    return new PidFile(folder(home).resolve(part.id() + ".pid"));
  }

  static Path folder(Path home) {
    return home.resolve("run");
  }

  boolean exists() {
    return Files.exists(file);
  }

  Optional<ProcessHandle> process() {
    try {
      List<String> lines = Files.readAllLines(file);
      long pid = Long.parseLong(lines.getFirst().strip());
      return ProcessHandle.of(pid)
          .filter(Processes::isAlive)
          .filter(process -> lines.size() > 1 ? hasStart(process, lines.get(1)) : isAsOld(process));
    } catch (IOException | NumberFormatException | NoSuchElementException e) {
      return Optional.empty();
    }
  }

  private static boolean hasStart(ProcessHandle process, String start) {
    return Processes.start(process.pid()).filter(start.strip()::equals).isPresent();
  }

  private boolean isAsOld(ProcessHandle process) {
    try {
      Instant written = Files.getLastModifiedTime(file).toInstant();
      return process
          .info()
          .startInstant()
          .map(start -> Duration.between(start, written).abs().compareTo(TOLERANCE) < 0)
          .orElse(true);
    } catch (IOException e) {
      return false;
    }
  }

  void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
