package dev.attune.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A module's settings: the records that Spring's processor found, under the environment variables
 * that its YAML names.
 *
 * @param yaml empty: each variable is named as Spring names it
 */
record SettingsTable(String title, String module, String yaml) {
  private static final String OURS = "attune.";
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(ATTUNE_\\w+):(.*)}");
  private static final Pattern INNER = Pattern.compile("\\$\\{ATTUNE_\\w+:([^${}]*)}");
  private static final Pattern TAG = Pattern.compile("\\{@(code|link) (.*?)}");

  /** Spring's own that have a variable of ours. */
  private static final Map<String, String> SPRINGS =
      Map.of(
          "server.address", "where HTTP is served; only this machine reaches the default",
          "server.port", "the port of HTTP",
          "management.server.port",
              "the port of probes and metrics, `/actuator`; never for strangers",
          "management.tracing.export.enabled", "whether traces are exported",
          "management.observations.enable.http.server.requests",
              "whether what Spring's server answers is observed, which its spans need");

  /**
   * @param usual its default
   */
  record Row(String variable, String property, String usual, String description) {
    String markdown() {
      return "| `%s` | `%s` | %s | %s |%n"
          .formatted(variable, property, usual.isEmpty() ? "" : "`" + usual + "`", description);
    }
  }

  private record Variable(String name, String usual) {
    static Variable of(MatchResult found) {
      return new Variable(found.group(1), INNER.matcher(found.group(2)).replaceAll("$1"));
    }
  }

  String markdown() {
    return "%n## %s%n%n| environment variable | property | default | what it does |%n|---|---|---|---|%n"
            .formatted(title)
        + rows().stream().map(Row::markdown).collect(Collectors.joining());
  }

  List<Row> rows() {
    Map<String, Variable> variables = variables();
    var rows = new ArrayList<Row>();
    SPRINGS.forEach(
        (property, description) -> {
          Variable variable = variables.get(property);
          if (variable != null) {
            rows.add(new Row(variable.name(), property, variable.usual(), description));
          }
        });
    for (JsonNode property : properties()) {
      rows.add(row(property, variables));
    }
    rows.sort((one, other) -> one.property().compareTo(other.property()));
    return rows;
  }

  private static Row row(JsonNode property, Map<String, Variable> variables) {
    String name = property.get("name").asString();
    Variable variable =
        variables.getOrDefault(
            name,
            new Variable(
                springsVariable(name, property.get("type").asString()),
                usual(property.path("defaultValue"))));
    return new Row(
        variable.name(), name, variable.usual(), text(property.path("description").asString("")));
  }

  private static String springsVariable(String property, String type) {
    String name = property.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
    if (type.startsWith("java.util.List<dev.")) {
      return name + "_0_…";
    }
    return type.startsWith("java.util.Map") ? name + "_…" : name;
  }

  /** Several are in brackets. */
  private static String usual(JsonNode value) {
    return value.asString("").replaceAll("^\\[(.*)]$", "$1");
  }

  private static String text(String javadoc) {
    return TAG.matcher(javadoc.replaceAll("\\s+", " ")).replaceAll("`$2`").replace("|", "\\|");
  }

  /** Properties of ours that the YAML sets and no record has, and Spring's without a word here. */
  List<String> strangers() {
    var names = new ArrayList<>(SPRINGS.keySet());
    properties().forEach(property -> names.add(property.get("name").asString()));
    return variables().keySet().stream().filter(name -> !names.contains(name)).toList();
  }

  private List<JsonNode> properties() {
    Path metadata =
        Modules.folder(module)
            .resolve("target/classes/META-INF/spring-configuration-metadata.json");
    return JsonMapper.shared()
        .readTree(Modules.read(metadata))
        .get("properties")
        .valueStream()
        .filter(property -> property.get("name").asString().startsWith(OURS))
        .toList();
  }

  private Map<String, Variable> variables() {
    var variables = new TreeMap<String, Variable>();
    Path file = Modules.folder(module).resolve("src/main/resources").resolve(yaml);
    if (Files.isRegularFile(file)) {
      // further documents are profiles
      Object first =
          new Load(LoadSettings.builder().build())
              .loadAllFromString(Modules.read(file))
              .iterator()
              .next();
      collect("", first, variables);
    }
    return variables;
  }

  private static void collect(String name, Object value, Map<String, Variable> variables) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, below) -> collect(name.isEmpty() ? "" + key : name + "." + key, below, variables));
    } else {
      VARIABLE
          .matcher(String.valueOf(value))
          .results()
          .forEach(found -> variables.put(name, Variable.of(found)));
    }
  }

  @Override
  public String toString() {
    return title;
  }
}
