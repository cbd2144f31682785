package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The ahead-of-time cache in a service's image. */
final class ImageCache {
  private static final String FILE = "/app/attune.aot";

  private ImageCache() {}

  /**
   * A JVM that refuses its cache starts all the same, and has not mapped the file. Skips the test
   * where the image was built without one.
   */
  static void assertTaken(String service, long process) throws IOException {
    Path proc = Path.of("/proc", Long.toString(process));
    assumeTrue(
        Files.readString(proc.resolve("cmdline")).contains("-XX:AOTCache=" + FILE),
        "needs images with caches, as of the long test");

    assertThat(Files.readAllLines(proc.resolve("maps")))
        .as(service)
        .anyMatch(line -> line.endsWith(FILE));
  }
}
