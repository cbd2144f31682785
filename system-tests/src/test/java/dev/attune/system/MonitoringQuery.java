package dev.attune.system;

import dev.attune.local.infra.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What a panel or a rule asks Prometheus for, in a form that has a value while all is well.
 *
 * @param labels what the result is grouped by
 */
record MonitoringQuery(String text, Set<String> labels) {
  private static final Path FILES = Checkout.find().root().resolve("deploy/helm/attune/files");

  private static final Pattern COMPARISON = Pattern.compile(" (==|!=|>=|<=|>|<) ");
  private static final Pattern GROUPS = Pattern.compile("\\bby \\(([^)]*)\\)");
  private static final Set<String> ALTERNATIVES = Set.of("or", "unless");

  /** Quantiles take the first away, and this stack has no namespaces. */
  private static final Set<String> NOT_SHOWN = Set.of("le", "namespace");

  static List<MonitoringQuery> all() throws IOException {
    List<MonitoringQuery> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(FILES)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        add(new Load(LoadSettings.builder().build()).loadFromString(read(file)), all);
      }
    }
    return all;
  }

  /** Whatever stands under the name that rules and panels share. */
  private static void add(Object node, List<MonitoringQuery> all) {
    if (node instanceof Map<?, ?> map) {
      if (map.get("expr") instanceof String expression) {
        if (map.containsKey("alert")) {
          alternatives(expression).stream().map(MonitoringQuery::of).forEach(all::add);
        } else {
          all.add(of(expression));
        }
      }
      map.values().forEach(value -> add(value, all));
    } else if (node instanceof List<?> list) {
      list.forEach(value -> add(value, all));
    }
  }

  private static MonitoringQuery of(String expression) {
    String text =
        expression
            .replace("$namespace", ".*")
            .replace("$__rate_interval", "1m")
            // of any status, for nothing fails here
            .replace("status=~\"5..\"", "status=~\"...\"");
    Matcher groups = GROUPS.matcher(text);
    Set<String> labels = groups.find() ? Set.of(groups.group(1).split(", ")) : Set.of();
    return new MonitoringQuery(text, labels);
  }

  /**
   * A comparison becomes 0 or 1, where it had no value unless it holds; what {@code or} and {@code
   * unless} join is asked for part by part.
   */
  private static List<String> alternatives(String alert) {
    String compared = COMPARISON.matcher(alert).replaceAll(" $1 bool ");
    List<String> parts = new ArrayList<>();
    var part = new StringBuilder();
    int depth = 0;
    for (String word : compared.replace("absent(", "(").split(" ")) {
      if (depth == 0 && ALTERNATIVES.contains(word)) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(word).append(' ');
      }
      depth += word.replaceAll("[^(]", "").length() - word.replaceAll("[^)]", "").length();
    }
    parts.add(part.toString());
    return parts;
  }

  /** Whether it has a value with all its labels. */
  boolean hasValue(PrometheusClient prometheus) throws IOException {
    return prometheus.query(text).stream()
        .anyMatch(
            series ->
                labels.stream()
                    .filter(label -> !NOT_SHOWN.contains(label))
                    .allMatch(series.path("metric")::has));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
