package dev.attune.local.infra;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The folders of this checkout, found from wherever a program or a module's test is run. */
public record Checkout(Path root) {
  /**
   * Walks up from the working directory, or takes the folder that the script names.
   *
   * @throws ServerException where there is none, as in a container image
   */
  public static Checkout find() {
    return lookFor()
        .orElseThrow(
            () -> new ServerException("No Attune checkout holds the folder " + start() + "."));
  }

  /** The same; empty where there is none. */
  public static Optional<Checkout> lookFor() {
    for (Path at = start(); at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve("pom.xml"))
          && Files.isRegularFile(at.resolve("local/servers/pom.xml"))) {
        return Optional.of(new Checkout(at));
      }
    }
    return Optional.empty();
  }

  private static Path start() {
    String named = System.getProperty("attune.root");
    return Path.of(named != null ? named : "").toAbsolutePath();
  }

  public String kafkaClassPath() {
    return listed("local/servers", "kafka-classpath");
  }

  /** The unpacked registry. */
  public Path registry() {
    Path folder = root.resolve("local/servers/target/registry");
    if (!Files.isDirectory(folder)) {
      throw notBuilt("local/servers");
    }
    return folder;
  }

  /** The jar that a service module's build leaves, as run by {@code java -jar}. */
  public Path serviceJar(String module) {
    return executable(root.resolve(module).resolve("target")).orElseThrow(() -> notBuilt(module));
  }

  /** Zipkin's server, likewise; empty until {@code ./attune up --trace} has fetched it. */
  public Optional<Path> zipkinJar() {
    return executable(root.resolve("local/servers/target/zipkin"));
  }

  /**
   * The program Prometheus: an installed one, or else what {@code ./attune up --metrics} has
   * fetched.
   */
  public Optional<Path> prometheus() {
    return InstalledPrograms.find(List.of("prometheus"), InstalledPrograms.folders())
        .or(() -> InstalledPrograms.find(List.of("prometheus"), List.of(fetched("usr/bin"))));
  }

  /** The files of its page; empty where an installed one knows its own. */
  public Optional<Path> prometheusPage() {
    return prometheus()
        .filter(program -> program.startsWith(fetched("")))
        .map(_ -> fetched("usr/share/prometheus/web"));
  }

  private Path fetched(String path) {
    return root.resolve("local/servers/target/prometheus").resolve(path);
  }

  /** What Prometheus records and alerts on. */
  public Path alertRules() {
    return root.resolve("deploy/helm/attune/files/alerts/attune.yaml");
  }

  private static Optional<Path> executable(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().endsWith("-exec.jar")).findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A tool module's classes and libraries. */
  public String classPath(String module) {
    Path target = root.resolve(module).resolve("target");
    return joined(target.resolve("classes").toString(), listed(module, "classpath"));
  }

  /** The same of a module's tests. */
  public String testClassPath(String module) {
    Path target = root.resolve(module).resolve("target");
    return joined(
        target.resolve("test-classes").toString(),
        target.resolve("classes").toString(),
        listed(module, "test-classpath"));
  }

  private static String joined(String... parts) {
    return String.join(File.pathSeparator, parts);
  }

  private String listed(String module, String file) {
    try {
      return Files.readString(root.resolve(module).resolve("target").resolve(file)).strip();
    } catch (IOException e) {
      throw notBuilt(module);
    }
  }

  private ServerException notBuilt(String module) {
    return new ServerException(
        "%s is not built; run ./mvnw -pl %s -am package -DskipTests.".formatted(module, module));
  }
}
