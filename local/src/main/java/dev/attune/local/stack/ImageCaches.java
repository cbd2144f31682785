package dev.attune.local.stack;

import dev.attune.core.files.Folders;
import dev.attune.local.infra.AotCache;
import dev.attune.local.infra.ServerException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The caches in the services' images. They are made without a container: a service runs from its
 * image's unpacked files, with the image's own JVM and flags. A JVM takes a cache also when its
 * jars lie in another folder, as long as they lie in the same order and have the same sizes and
 * times.
 *
 * <p>A cache remembers how each method was compiled, and a JVM that starts from it does the same.
 * So what a start runs is compiled by the quick compiler, without counting for the optimising one,
 * and that is what it stays. What the load runs isn't compiled here: of that a cache has the
 * classes, and both compilers do with it later as without a cache.
 *
 * @param folder has {@code java/}, the base's runtime, and for each service a folder of its image's
 *     name with {@code config.json} and {@code app/}; there the cache goes to {@code cache/}
 */
public record ImageCaches(Path folder) implements CacheTarget {
  private static final String CLASS_PATH_FILE = "@/app/jib-classpath-file";

  /**
   * Adapters are compiled for the processor that they are made on. A cache with them isn't taken by
   * another kind of processor.
   */
  private static final List<String> FOR_ANY_PROCESSOR =
      List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTAdapterCaching");

  private static final String QUICK_COMPILER = "-XX:TieredStopAtLevel=1";

  /** To the JVM's compilers: from now on all methods are interpreted that aren't compiled. */
  private static final String NO_MORE =
      """
      [{ match: "*.*", c1: { Exclude: true } }]
      """;

  @Override
  public void clear() throws IOException {
    for (Part part : Part.values()) {
      if (part.isService()) {
        Folders.delete(cacheFolder(part));
        Files.createDirectories(cacheFolder(part));
      }
    }
  }

  @Override
  public Optional<CachedJvm> of(Part part, List<String> command) {
    return part.isService()
        ? Optional.of(new CachedJvm(cache(part), command(part)))
        : Optional.empty();
  }

  /**
   * @throws ServerException if the JVM doesn't do as it is told
   */
  @Override
  public void loadBegins(ProcessHandle jvm) {
    Path directives = folder.resolve("directives.json");
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
            Long.toString(jvm.pid()),
            "Compiler.directives_add",
            directives.toString());
    try {
      Files.writeString(directives, NO_MORE);
      String said = output(command);
      if (!said.contains("1 compiler directives added")) {
        throw new ServerException("Process %d goes on compiling: %s".formatted(jvm.pid(), said));
      }
    } catch (IOException e) {
      throw new ServerException("jcmd can't be run: " + e.getMessage(), e);
    }
  }

  private static String output(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream said = process.getInputStream()) {
      return new String(said.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  private AotCache cache(Part part) {
    return new AotCache(cacheFolder(part).resolve("attune.aot"));
  }

  private Path cacheFolder(Part part) {
    return image(part).resolve("cache");
  }

  private Path image(Part part) {
    return folder.resolve("attune-" + part.module());
  }

  /** What the image starts, from the unpacked files. */
  private List<String> command(Part part) {
    Path image = image(part);
    try {
      JsonNode config =
          JsonMapper.shared().readTree(Files.readString(image.resolve("config.json")));
      String classPath =
          Files.readString(image.resolve("app/jib-classpath-file"))
              .strip()
              .replace("/app/", image.resolve("app") + "/");
      Stream<String> words =
          config.path("config").path("Entrypoint").valueStream().skip(1).map(JsonNode::asString);
      return Stream.of(
              Stream.of(folder.resolve("java/bin/java").toString()),
              FOR_ANY_PROCESSOR.stream(),
              Stream.of(QUICK_COMPILER),
              words.map(word -> word.equals(CLASS_PATH_FILE) ? classPath : word))
          .flatMap(one -> one)
          .toList();
    } catch (IOException e) {
      throw new ServerException("The image in " + image + " can't be read.", e);
    }
  }
}
