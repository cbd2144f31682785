package dev.attune.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceAppTest {
  private static final String A_CLASS = "BOOT-INF/classes/dev/Main.class";
  private static final String SBOM = "BOOT-INF/classes/META-INF/sbom/application.cdx.json";

  @TempDir private Path folder;

  @Test
  void aChangedClassMakesAnotherApplication() throws IOException {
    ServiceApp one = unpacked("one.jar", Map.of(A_CLASS, "1"));
    ServiceApp other = unpacked("other.jar", Map.of(A_CLASS, "2"));

    assertThat(one.mainClass()).isEqualTo("dev.Main");
    assertThat(other.fingerprint()).isNotEqualTo(one.fingerprint());
  }

  /** Some builds make it, some don't: ahead-of-time caches serve both. */
  @Test
  void anSbomDoesNot() throws IOException {
    ServiceApp without = unpacked("without.jar", Map.of(A_CLASS, "1"));
    ServiceApp with = unpacked("with.jar", Map.of(A_CLASS, "1", SBOM, "{}"));

    assertThat(with).isEqualTo(without);
    try (var jar = new JarFile(with.classPath().getFirst().toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName))
          .contains("dev/Main.class")
          .noneMatch(name -> name.contains("sbom"));
    }
  }

  private ServiceApp unpacked(String name, Map<String, String> entries) throws IOException {
    Path jar = folder.resolve(name);
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Start-Class", "dev.Main");
    try (OutputStream file = Files.newOutputStream(jar);
        var out = new JarOutputStream(file, manifest)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
    return ServiceApp.unpack(jar, "service", folder.resolve("apps"));
  }
}
