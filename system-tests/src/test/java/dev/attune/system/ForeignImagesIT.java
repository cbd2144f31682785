package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * The images for another kind of processor: each program and library in them is for it. Nothing
 * here runs them.
 */
class ForeignImagesIT {
  private static final Path ARCHIVES = BuiltImages.ARCHIVES.resolve("arm64");

  /** {@code e_machine} of an ELF file (System V ABI, 4.1). */
  private static final int AARCH64 = 183;

  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
  private static final int HEADER = 20;

  /** Its library colours the Scala shell, which nobody opens. */
  private static final String UNUSED = "scala-compiler";

  private final Set<Integer> programs = new TreeSet<>();
  private final Map<String, Set<Integer>> libraries = new TreeMap<>();
  private String architecture = "";

  @ForEachProgram
  void whatRunsInAnImageIsForItsProcessor(String module) throws IOException {
    Path archive = ARCHIVES.resolve("attune-" + module + ".tar");
    assumeTrue(
        Files.isRegularFile(archive),
        "there are no images for arm64; ./attune test long builds them");

    new ImageArchive(archive).forEachFile(this::read);

    assertThat(architecture).isEqualTo("arm64");
    assertThat(programs).as("Debian's and Java's").containsExactly(AARCH64);
    libraries.forEach(
        (jar, machines) ->
            assertThat(machines.contains(AARCH64) || hasTwin(jar) || jar.startsWith(UNUSED))
                .as("%s has a library for arm64", jar)
                .isTrue());
  }

  /** The same library for this processor, in a jar beside it. */
  private boolean hasTwin(String jar) {
    String twin = jar.replace("x86_64", "aarch_64");
    return !twin.equals(jar) && libraries.containsKey(twin);
  }

  private boolean read(String path, InputStream content) throws IOException {
    if (path.equals(ImageArchive.CONFIG)) {
      architecture =
          JsonMapper.shared().readTree(content.readAllBytes()).path("architecture").asString();
    } else if (path.endsWith(".jar")) {
      readJar(path.replaceFirst(".*/", ""), new ZipInputStream(content));
    } else {
      machine(content).ifPresent(programs::add);
    }
    return true;
  }

  private void readJar(String name, ZipInputStream jar) throws IOException {
    for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
      machine(jar)
          .ifPresent(found -> libraries.computeIfAbsent(name, _ -> new TreeSet<>()).add(found));
    }
  }

  /** The kind of processor that a program or library is for; empty for other files. */
  private static OptionalInt machine(InputStream file) throws IOException {
    byte[] head = file.readNBytes(HEADER);
    boolean isElf = head.length == HEADER && Arrays.equals(head, 0, ELF.length, ELF, 0, ELF.length);
    return isElf ? OptionalInt.of(head[18] & 0xff | (head[19] & 0xff) << 8) : OptionalInt.empty();
  }
}
