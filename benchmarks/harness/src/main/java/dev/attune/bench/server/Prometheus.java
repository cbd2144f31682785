package dev.attune.bench.server;

import dev.attune.bench.BenchmarkException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.stream.DoubleStream;

/** What a service says about itself. */
public final class Prometheus {
  private Prometheus() {}

  /**
   * The sum of a metric's samples, whatever their labels.
   *
   * @param management the service's port of management
   */
  public static double sum(URI management, String metric) {
    return sum(read(management), metric);
  }

  /** The same of a counter, which is not there before its first count; 0 then. */
  public static double count(URI management, String metric) {
    return count(read(management), metric);
  }

  static double count(String text, String metric) {
    return values(text, metric).sum();
  }

  private static String read(URI management) {
    URI url = management.resolve("/actuator/prometheus");
    try (InputStream in = url.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BenchmarkException(url + " does not answer", e);
    }
  }

  /** The sum of a metric's samples that have a label such as {@code reason="x"}; 0 of none. */
  public static double sum(URI management, String metric, String label) {
    return labelled(read(management), metric, label);
  }

  static double labelled(String text, String metric, String label) {
    return text.lines()
        .filter(line -> line.startsWith(metric + "{") && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  static double sum(String text, String metric) {
    double[] values = values(text, metric).toArray();
    if (values.length == 0) {
      throw new BenchmarkException("the service has no metric " + metric);
    }
    return DoubleStream.of(values).sum();
  }

  private static DoubleStream values(String text, String metric) {
    return text.lines()
        .filter(line -> line.startsWith(metric))
        .filter(line -> " {".indexOf(line.charAt(metric.length())) >= 0)
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)));
  }
}
