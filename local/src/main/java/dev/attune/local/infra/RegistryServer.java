package dev.attune.local.infra;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

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
    return JavaCommand.withHeap("160m")
        .option("-XX:TieredStopAtLevel=1")
        .option("-Dquarkus.http.host=127.0.0.1")
        // its management interface: on all addresses and port 9000 by default, once a machine
        .option("-Dquarkus.management.host=127.0.0.1")
        .option("-Dquarkus.management.port=0")
        .run("-jar", distribution.resolve("quarkus-run.jar").toString());
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
