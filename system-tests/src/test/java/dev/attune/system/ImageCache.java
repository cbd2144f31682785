package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The ahead-of-time cache in a service's image. */
final class ImageCache {
  private static final String FILE = "/app/attune.aot";

  private ImageCache() {}

  /** A JVM that refuses its cache starts all the same, and has not mapped the file. */
  static void assertTaken(String service, long process) throws IOException {
    assertThat(Files.readAllLines(Path.of("/proc", Long.toString(process), "maps")))
        .as(service)
        .anyMatch(line -> line.endsWith(FILE));
  }

  /** Whether an image's command names it. */
  static boolean isNamedIn(String command) {
    return command.contains("-XX:AOTCache=" + FILE);
  }
}
