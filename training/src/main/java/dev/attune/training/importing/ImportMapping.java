package dev.attune.training.importing;

import dev.attune.core.expression.Expression;
import dev.attune.core.expression.Expressions;
import dev.attune.core.expression.VariableType;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An {@code import.yaml}: how each input's rows become events. Its language: docs/models.md. */
record ImportMapping(List<Input> inputs) {
  /**
   * One input file.
   *
   * @param key the column that later inputs join on; rows are then remembered
   * @param keep the columns remembered
   */
  record Input(
      String name,
      Format format,
      Times times,
      @Nullable String key,
      List<String> keep,
      List<Join> joins,
      List<Skip> skips,
      List<EventTemplate> events) {}

  enum Format {
    CSV,
    TSV,
    JSONL
  }

  enum Times {
    RFC3339,
    EPOCH_SECONDS,
    EPOCH_MILLIS
  }

  /** Finds the row of an earlier input whose key equals this row's column. */
  record Join(String name, String input, String column) {}

  record Skip(String reason, Expression when) {}

  /**
   * @param fields of the event itself
   * @param plus added to its time
   * @param detail fields of the record named after the type
   */
  record EventTemplate(
      String type,
      @Nullable Expression when,
      Map<String, ColumnTemplate> fields,
      Duration plus,
      Map<String, ColumnTemplate> detail) {}

  private static final List<String> FIELDS =
      List.of("eventId", "userId", "sessionId", "occurredAt", "channel", "locale");
  private static final List<String> REQUIRED = List.of("eventId", "userId", "occurredAt");

  /**
   * @throws dev.attune.core.yaml.PlaybookException with every problem, as file:line
   */
  static ImportMapping load(Path file) {
    Problems problems = new Problems();
    YamlNode root = YamlNode.load(file, problems);
    ImportMapping mapping = parse(root);
    problems.throwIfAny();
    return mapping;
  }

  static ImportMapping parse(YamlNode root) {
    root.only("inputs");
    List<Input> inputs = new ArrayList<>();
    for (YamlNode node : root.get("inputs").items()) {
      inputs.add(input(node, inputs));
    }
    if (inputs.isEmpty()) {
      root.problem("`inputs` must list at least one input");
    }
    return new ImportMapping(List.copyOf(inputs));
  }

  private static Input input(YamlNode node, List<Input> earlier) {
    node.only("name", "format", "times", "key", "keep", "join", "skip", "events");
    List<Join> joins = joins(node.get("join"), earlier);
    List<String> names = joins.stream().map(Join::name).toList();
    Map<String, VariableType> variables = new LinkedHashMap<>();
    variables.put("row", VariableType.MAP);
    names.forEach(name -> variables.put(name, VariableType.MAP));
    Expressions conditions = new Expressions(variables);
    return new Input(
        node.get("name").text(),
        node.get("format").oneOf(Format.class, Format.CSV),
        node.get("times").oneOf(Times.class, Times.RFC3339),
        node.get("key").textOrNull(),
        node.get("keep").texts(),
        joins,
        node.get("skip").items().stream().map(skip -> skip(skip, conditions)).toList(),
        node.get("events").items().stream().map(e -> event(e, names, conditions)).toList());
  }

  private static List<Join> joins(YamlNode node, List<Input> earlier) {
    List<Join> joins = new ArrayList<>();
    for (YamlNode.Entry entry : node.entries()) {
      entry.value().only("input", "on");
      String input = entry.value().get("input").text();
      Input found = earlier.stream().filter(e -> e.name().equals(input)).findFirst().orElse(null);
      if (found == null) {
        entry.value().problem("there is no earlier input called `" + input + "`");
      } else if (found.key() == null) {
        entry.value().problem("the input `" + input + "` needs a `key` to be joined on");
      }
      joins.add(new Join(entry.key(), input, entry.value().get("on").text()));
    }
    return List.copyOf(joins);
  }

  private static Skip skip(YamlNode node, Expressions conditions) {
    node.only("reason", "when");
    return new Skip(node.get("reason").text(), conditions.compile(node.get("when")));
  }

  private static EventTemplate event(YamlNode node, List<String> joins, Expressions conditions) {
    String type = node.get("type").text();
    List<String> keys = new ArrayList<>(FIELDS);
    keys.addAll(List.of("type", "when", "plus", type));
    node.only(keys.toArray(String[]::new));
    return new EventTemplate(
        type,
        node.has("when") ? conditions.compile(node.get("when")) : null,
        fields(node, joins),
        node.get("plus").durationOr(Duration.ZERO),
        detail(node.get(type), joins));
  }

  private static Map<String, ColumnTemplate> fields(YamlNode node, List<String> joins) {
    Map<String, ColumnTemplate> fields = new LinkedHashMap<>();
    for (String field : FIELDS) {
      if (node.has(field)) {
        fields.put(field, ColumnTemplate.parse(node.get(field), joins));
      } else if (REQUIRED.contains(field)) {
        node.problem("an event needs `" + field + "`");
      }
    }
    return fields;
  }

  private static Map<String, ColumnTemplate> detail(YamlNode node, List<String> joins) {
    Map<String, ColumnTemplate> detail = new LinkedHashMap<>();
    for (YamlNode.Entry entry : node.entries()) {
      detail.put(entry.key(), ColumnTemplate.parse(entry.value(), joins));
    }
    return detail;
  }
}
