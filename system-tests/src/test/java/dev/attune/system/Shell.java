package dev.attune.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs other people's programs. */
final class Shell {
  /** What a program printed, both streams, and how it ended. */
  record Result(int exit, String output) {}

  private Shell() {}

  static boolean has(String program) {
    return run(List.of("sh", "-c", "command -v " + program)).exit() == 0;
  }

  static Result run(List<String> command) {
    try {
      Path out = Files.createTempFile("attune-shell", ".out");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      try {
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        String output = Files.readString(out, StandardCharsets.UTF_8);
        return ended ? new Result(process.exitValue(), output) : new Result(-1, output);
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        Files.delete(out);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
