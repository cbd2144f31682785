package dev.attune.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Nothing in an archive tells when it was built. Otherwise two builds of one commit would differ,
 * and nobody could tell whether one was tampered with.
 */
class ReproducibleBuildIT {
  private static final Path ROOT = Checkout.find().root();

  /** {@code project.build.outputTimestamp}, in the time of whoever reads it. */
  private static final LocalDateTime SET = LocalDateTime.parse("2026-01-01T00:00:00");

  @ForEachProgram
  void anArchiveTellsNoTimeOfItsBuild(String module) throws IOException {
    List<Path> jars = jars(module);

    assertThat(jars).as("archives of %s", module).isNotEmpty();
    for (Path jar : jars) {
      try (ZipFile archive = new ZipFile(jar.toFile())) {
        var times = new TreeSet<LocalDateTime>();
        for (ZipEntry entry : archive.stream().toList()) {
          times.add(entry.getTimeLocal());
          if (entry.getName().endsWith("META-INF/build-info.properties")) {
            assertThat(new String(archive.getInputStream(entry).readAllBytes(), UTF_8))
                .contains("build.time=2026-01-01T00\\:00\\:00Z");
          }
        }
        assertThat(times).as("times in %s", jar).containsExactly(SET);
      }
    }
  }

  private static List<Path> jars(String module) throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve(module).resolve("target"))) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    }
  }
}
