package dev.attune.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Resident memory of a process: from {@code /proc} on Linux, from {@code ps} elsewhere. */
public final class ResidentMemory {
  private static final int KIB = 1024;
  private static final String LINUX_FIELD = "VmRSS:";

  private ResidentMemory() {}

  /** In bytes; empty when the process can't be seen. */
  public static OptionalLong of(long pid) {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    try {
      return Files.exists(status) ? fromProc(status) : fromPs(pid);
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong fromProc(Path status) throws IOException {
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith(LINUX_FIELD))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
        .findFirst();
  }

  private static OptionalLong fromPs(long pid) throws IOException {
    Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
    try (var lines = ps.inputReader()) {
      String line = lines.readLine();
      return line == null
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(line.strip()) * KIB);
    }
  }
}
