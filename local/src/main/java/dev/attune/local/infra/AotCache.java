package dev.attune.local.infra;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The ahead-of-time cache of a program's classes: a JVM that has it doesn't read, check and link
 * them again (JEP 483). It is made once for a class path and a JDK, from what a run of the program
 * has loaded, and lies in the checkout's {@code target/aot}. Another JDK or another jar has another
 * cache; a program without one starts slower, and that is all.
 *
 * @param file where it is, or would be
 */
public record AotCache(Path file) {
  private static final String COMPACT = "-XX:+UseCompactObjectHeaders";
  private static final String CLASS_PATH = "-cp";

  /** Where a checkout's caches are. */
  public static Path folder(Checkout checkout) {
    return checkout.root().resolve("target/aot");
  }

  /**
   * The one for a JVM with these options.
   *
   * @param folder where caches are
   * @param classPath jars; a folder among them can't be cached, and then there never is a cache
   */
  static AotCache of(Path folder, String classPath, List<String> options) {
    var hash = new CRC32();
    // its code depends on the layout of objects
    update(hash, Runtime.version() + " " + options.contains(COMPACT));
    for (String jar : classPath.split(File.pathSeparator)) {
      update(hash, identity(Path.of(jar)));
    }
    return new AotCache(folder.resolve("%08x.aot".formatted(hash.getValue())));
  }

  /** Whether a command starts a program of Java that can have a cache. */
  public static boolean serves(List<String> command) {
    return command.contains(CLASS_PATH);
  }

  /** The one for the program that such a command starts. */
  public static AotCache of(Path folder, List<String> command) {
    String classPath = command.get(command.indexOf(CLASS_PATH) + 1);
    return of(folder, classPath, command.subList(0, command.indexOf(CLASS_PATH)));
  }

  // as the JVM checks it
  private static String identity(Path jar) {
    try {
      return "%s %d %s"
          .formatted(jar.getFileName(), Files.size(jar), Files.getLastModifiedTime(jar));
    } catch (IOException e) {
      return jar.toString();
    }
  }

  private static void update(CRC32 hash, String text) {
    hash.update(text.getBytes(StandardCharsets.UTF_8));
  }

  public boolean exists() {
    return Files.exists(file);
  }

  /** What a JVM is told to start from it; nothing where there is none. */
  List<String> options() {
    return exists() ? List.of("-XX:AOTCache=" + file) : List.of();
  }

  /** The same command, which notes for {@link #create} what it loads. It notes it as it ends. */
  public List<String> recording(List<String> command) {
    return withOptions(command, "-XX:AOTMode=record", "-XX:AOTConfiguration=" + recorded());
  }

  /**
   * Makes the cache of what {@link #recording} has noted.
   *
   * @param command as it was recorded
   * @param log gets what the JVM says
   * @throws ServerException where nothing was recorded, or the JVM can't make it
   */
  public void create(List<String> command, Path log) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    List<String> creation =
        withOptions(
            command.subList(0, command.indexOf(CLASS_PATH) + 2),
            "-XX:AOTMode=create",
            "-XX:AOTConfiguration=" + recorded(),
            "-XX:AOTCache=" + part);
    try {
      if (run(creation, log) != 0 || !Files.exists(part)) {
        throw new ServerException("An ahead-of-time cache could not be made; see " + log + ".");
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ServerException("An ahead-of-time cache could not be made: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("The making of an ahead-of-time cache was interrupted.", e);
    } finally {
      part.toFile().delete();
      recorded().toFile().delete();
    }
  }

  private static int run(List<String> command, Path log) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      return process.waitFor();
    } finally {
      process.destroyForcibly();
    }
  }

  private Path recorded() {
    return file.resolveSibling(file.getFileName() + ".recorded");
  }

  private static List<String> withOptions(List<String> command, String... options) {
    var all = new ArrayList<>(command);
    all.removeIf(word -> word.startsWith("-XX:AOT"));
    all.addAll(1, List.of(options));
    return List.copyOf(all);
  }
}
