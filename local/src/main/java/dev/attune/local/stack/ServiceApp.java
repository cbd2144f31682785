package dev.attune.local.stack;

import dev.attune.local.infra.ServerException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * A service, or another application of Spring Boot, as it runs: unpacked from its executable jar
 * into plain jars. They start faster than nested ones, can be served from an ahead-of-time cache,
 * and a build beside a running stack does not pull a jar from under a process.
 *
 * @param fingerprint changes when the code or a library does, not with each build
 */
record ServiceApp(String mainClass, List<Path> classPath, String fingerprint) {
  /** For whoever only asks the running process. */
  static final ServiceApp NOT_UNPACKED = new ServiceApp("", List.of(), "");

  private static final String CLASSES = "BOOT-INF/classes/";
  private static final String LIBRARIES = "BOOT-INF/lib/";
  // nothing that runs reads it, and only some builds make it
  private static final String SBOM = CLASSES + "META-INF/sbom/";
  // Boot puts it beside the classes; it differs in each build of the same code
  private static final String BUILD_INFO = "META-INF/build-info.properties";

  /**
   * Unpacks what is not there yet: {@code apps/<module>-<fingerprint>.jar} and {@code apps/lib}.
   */
  static ServiceApp unpack(Path executableJar, String module, Path apps) {
    try (var jar = new JarFile(executableJar.toFile())) {
      List<JarEntry> classes = entries(jar, CLASSES);
      List<JarEntry> libraries = entries(jar, LIBRARIES);
      String fingerprint = fingerprint(classes, libraries);
      var classPath = new ArrayList<Path>();
      classPath.add(application(jar, classes, apps.resolve(module + "-" + fingerprint + ".jar")));
      for (JarEntry library : libraries) {
        classPath.add(library(jar, library, apps.resolve("lib")));
      }
      Attributes manifest = jar.getManifest().getMainAttributes();
      return new ServiceApp(manifest.getValue("Start-Class"), classPath, fingerprint);
    } catch (IOException e) {
      throw new ServerException(
          "%s could not be unpacked: %s".formatted(executableJar, e.getMessage()), e);
    }
  }

  String joinedClassPath() {
    return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static List<JarEntry> entries(JarFile jar, String folder) {
    var found = new ArrayList<JarEntry>();
    for (JarEntry entry : Collections.list(jar.entries())) {
      if (entry.getName().startsWith(folder)
          && !entry.getName().startsWith(SBOM)
          && !entry.isDirectory()) {
        found.add(entry);
      }
    }
    return found;
  }

  private static String fingerprint(List<JarEntry> classes, List<JarEntry> libraries) {
    var hash = new CRC32();
    classes.forEach(entry -> update(hash, entry));
    libraries.forEach(entry -> update(hash, entry));
    return Long.toHexString(hash.getValue());
  }

  private static void update(CRC32 hash, JarEntry entry) {
    hash.update((entry.getName() + entry.getCrc()).getBytes(StandardCharsets.UTF_8));
  }

  private static Path application(JarFile jar, List<JarEntry> classes, Path target)
      throws IOException {
    if (Files.exists(target)) {
      return target;
    }
    Path part = part(target);
    try (var out = new JarOutputStream(Files.newOutputStream(part), manifest(jar))) {
      // Spring scans a jar by its folders' entries
      for (String folder : folders(classes)) {
        out.putNextEntry(new JarEntry(folder));
        out.closeEntry();
      }
      for (JarEntry entry : classes) {
        copy(jar, entry, entry.getName().substring(CLASSES.length()), out);
      }
      JarEntry buildInfo = jar.getJarEntry(BUILD_INFO);
      if (buildInfo != null) {
        copy(jar, buildInfo, BUILD_INFO, out);
      }
    }
    return Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void copy(JarFile jar, JarEntry entry, String name, JarOutputStream out)
      throws IOException {
    out.putNextEntry(new JarEntry(name));
    jar.getInputStream(entry).transferTo(out);
    out.closeEntry();
  }

  private static SortedSet<String> folders(List<JarEntry> classes) {
    var folders = new TreeSet<String>();
    for (JarEntry entry : classes) {
      String name = entry.getName().substring(CLASSES.length());
      for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
        folders.add(name.substring(0, slash + 1));
      }
    }
    return folders;
  }

  private static Manifest manifest(JarFile jar) throws IOException {
    Attributes source = jar.getManifest().getMainAttributes();
    var manifest = new Manifest();
    Attributes target = manifest.getMainAttributes();
    target.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    for (var name :
        List.of(Attributes.Name.IMPLEMENTATION_TITLE, Attributes.Name.IMPLEMENTATION_VERSION)) {
      if (source.getValue(name) != null) {
        target.put(name, source.getValue(name));
      }
    }
    return manifest;
  }

  private static Path library(JarFile jar, JarEntry entry, Path folder) throws IOException {
    String name = entry.getName().substring(LIBRARIES.length());
    String crc = Long.toHexString(entry.getCrc());
    Path target = folder.resolve(name.substring(0, name.length() - 4) + "-" + crc + ".jar");
    if (Files.exists(target)) {
      return target;
    }
    Path part = part(target);
    try (InputStream in = jar.getInputStream(entry)) {
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
    }
    return Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
  }

  // services are unpacked side by side and share libraries: a name of one's own until it is whole
  private static Path part(Path target) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    return Files.createTempFile(folder, target.getFileName().toString(), ".part");
  }
}
