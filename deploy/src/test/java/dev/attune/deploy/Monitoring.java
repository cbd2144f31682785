package dev.attune.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The chart's alert rules and dashboards as they lie in their files. */
final class Monitoring {
  static final Path RULES = Path.of("helm/attune/files/alerts/attune.yaml");
  static final Path DASHBOARDS = Path.of("helm/attune/files/dashboards");

  private Monitoring() {}

  static Map<String, Object> read(Path file) {
    try {
      return Chart.objects(Files.readString(file)).getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Map<String, Object>> alerts() {
    return list(read(RULES), "groups").stream()
        .flatMap(group -> list(group, "rules").stream())
        .filter(rule -> rule.containsKey("alert"))
        .toList();
  }

  static List<Path> dashboards() {
    try (Stream<Path> files = Files.list(DASHBOARDS)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those that ask Prometheus; rows don't. */
  static List<Map<String, Object>> panels(Path dashboard) {
    return list(read(dashboard), "panels").stream()
        .filter(panel -> !"row".equals(panel.get("type")))
        .toList();
  }

  /** With Grafana's variables filled in. */
  static List<String> queries(Path dashboard) {
    return panels(dashboard).stream()
        .flatMap(panel -> list(panel, "targets").stream())
        .map(target -> Objects.toString(target.get("expr")))
        .map(query -> query.replace("$namespace", ".*").replace("$__rate_interval", "1m"))
        .toList();
  }

  static List<Map<String, Object>> list(Map<String, Object> object, String name) {
    return ((List<?>) object.getOrDefault(name, List.of())).stream().map(Chart::map).toList();
  }
}
