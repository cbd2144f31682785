package dev.attune.bench.server;

import dev.attune.bench.BenchmarkException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** What a service says about itself. */
public final class Prometheus {
  private Prometheus() {}

  /** The sum of a metric's samples, whatever their labels. */
  public static double sum(URI service, String metric) {
    URI url = service.resolve("/actuator/prometheus");
    try (InputStream in = url.toURL().openStream()) {
      return sum(new String(in.readAllBytes(), StandardCharsets.UTF_8), metric);
    } catch (IOException e) {
      throw new BenchmarkException(url + " does not answer", e);
    }
  }

  static double sum(String text, String metric) {
    double sum = Double.NaN;
    for (String line : text.split("\n")) {
      if (line.startsWith(metric) && " {".indexOf(line.charAt(metric.length())) >= 0) {
        double value = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
        sum = Double.isNaN(sum) ? value : sum + value;
      }
    }
    if (Double.isNaN(sum)) {
      throw new BenchmarkException("the service has no metric " + metric);
    }
    return sum;
  }
}
