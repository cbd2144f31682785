package dev.attune.local.infra;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Apicurio's schema registry. It keeps its schemas in a file: its default, in memory, would number
 * them anew after a restart while the topics still carry the old ids.
 */
public record RegistryServer(Path distribution, Path directory, int port) implements Server {
  @Override
  public String name() {
    return "registry";
  }

  /** The base of the Confluent-compatible API. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + port + "/apis/ccompat/v7");
  }

  @Override
  public List<String> command() {
    return JavaCommand.quickToStart("160m")
        .option("--add-opens=java.base/java.lang=ALL-UNNAMED")
        .option("-Dquarkus.http.host=127.0.0.1")
        // its management interface: on all addresses and port 9000 by default, once a machine
        .option("-Dquarkus.management.host=127.0.0.1")
        .option("-Dquarkus.management.port=0")
        .classPath(jars())
        .run("io.quarkus.runner.GeneratedMain");
  }

  /** In place of the class loader of {@code quarkus-run.jar}, whose classes no cache serves. */
  private String jars() {
    return Stream.of("quarkus", "app", "lib/boot", "lib/main")
        .flatMap(folder -> jarsIn(distribution.resolve(folder)))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  // the transformed classes come before those that were transformed
  private static Stream<Path> jarsIn(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Map<String, String> environment() {
    return Map.of(
        // its second port is fixed at 9000 on all addresses and can't be left out: any free one
        "QUARKUS_MANAGEMENT_HOST",
        "127.0.0.1",
        "QUARKUS_MANAGEMENT_PORT",
        "0",
        "QUARKUS_HTTP_PORT",
        Integer.toString(port),
        // a kill -9 must not lose a schema that topics already use
        "APICURIO_DATASOURCE_URL",
        "jdbc:h2:file:" + directory.resolve("schemas") + ";WRITE_DELAY=0",
        "APICURIO_DATASOURCE_JDBC_INITIAL_SIZE",
        "2",
        "APICURIO_DATASOURCE_JDBC_MIN_SIZE",
        "2",
        "APICURIO_DATASOURCE_JDBC_MAX_SIZE",
        "8",
        // its own format writes no month
        "QUARKUS_LOG_CONSOLE_FORMAT",
        "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5p %c{3.} %s%e%n",
        "QUARKUS_HTTP_ACCESS_LOG_ENABLED",
        "false",
        "QUARKUS_OTEL_SDK_DISABLED",
        "true");
  }

  @Override
  public boolean isReady() {
    return HttpProbe.status(URI.create(url() + "/subjects")) == 200;
  }
}
