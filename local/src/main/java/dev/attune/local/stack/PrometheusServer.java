package dev.attune.local.stack;

import static java.util.stream.Collectors.joining;

import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.HttpProbe;
import dev.attune.local.infra.Server;
import dev.attune.local.infra.ServerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Prometheus, which reads the metrics of all services and judges the alerts of the chart.
 *
 * @param ports of the whole stack
 */
record PrometheusServer(Checkout checkout, Path directory, StackPorts ports) implements Server {
  private static final String CONFIGURATION = "prometheus.yml";

  /** Bounds a stack that nobody stops; a day of it is smaller. */
  private static final String MOST_DATA = "512MB";

  static PrometheusServer of(StackSettings settings) {
    Path folder = settings.home().resolve(Part.PROMETHEUS.id());
    return new PrometheusServer(settings.checkout(), folder, settings.ports());
  }

  @Override
  public String name() {
    return Part.PROMETHEUS.id();
  }

  @Override
  public int port() {
    return ports.prometheus();
  }

  @Override
  public List<String> command() {
    Path program = checkout.prometheus().orElseThrow(PrometheusServer::missing);
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--config.file=" + directory.resolve(CONFIGURATION),
                "--web.listen-address=127.0.0.1:" + port(),
                // by default any page in the browser may read what is here
                "--web.cors.origin=http://127\\.0\\.0\\.1:" + port(),
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--storage.tsdb.retention.size=" + MOST_DATA));
    // Debian's has its page in files, which other builds carry inside
    checkout.prometheusPage().ifPresent(page -> command.add("--web.local-assets=" + page));
    return command;
  }

  private static ServerException missing() {
    return new ServerException(
        "Prometheus is not here. On Debian and Ubuntu ./attune up --metrics fetches it; elsewhere"
            + " install it, so that the PATH has prometheus.");
  }

  /** It reads none of these: by them a later start sees that its file is another. */
  @Override
  public Map<String, String> environment() {
    return Map.of("ATTUNE_PROMETHEUS_FILE", configuration());
  }

  @Override
  public void prepare() {
    try {
      Files.writeString(directory.resolve(CONFIGURATION), configuration());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The jobs' names are those that alerts and dashboards know. */
  String configuration() {
    return """
        # written by ./attune up --metrics
        global: {scrape_interval: 5s, evaluation_interval: 5s}
        rule_files: ["%s"]
        scrape_configs:
        %s
        """
        .formatted(
            checkout.alertRules(),
            Stream.of(Part.values()).filter(Part::isService).map(this::job).collect(joining("\n")));
  }

  private String job(Part service) {
    return """
          - job_name: attune-%s
            metrics_path: /actuator/prometheus
            static_configs: [{targets: ["127.0.0.1:%s"]}]"""
        .formatted(service.id(), service.managementPort(ports));
  }

  @Override
  public boolean isReady() {
    return HttpProbe.status(URI.create("http://127.0.0.1:" + port() + "/-/ready"))
        == HttpURLConnection.HTTP_OK;
  }
}
