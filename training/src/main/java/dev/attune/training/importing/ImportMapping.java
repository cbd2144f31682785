package dev.attune.training.importing;

import dev.attune.core.expression.Expression;
import dev.attune.core.expression.Expressions;
import dev.attune.core.expression.VariableType;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import dev.attune.schemas.avro.InteractionEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An {@code import.yaml}: how each input's rows become events. Its language: docs/import.md.
 *
 * @param masked whether addresses and numbers of people are masked, as the gateway would
 * @param sessionGap after which a user's next event begins another session, for events that name
 *     none; null: they stay without
 */
record ImportMapping(List<Input> inputs, boolean masked, @Nullable Duration sessionGap) {
  /**
   * One input file.
   *
   * @param at where in a JSON document its rows are, dotted; empty: the document is the list
   * @param key the column that later inputs join on; if they do, rows are remembered
   * @param keep the columns remembered
   */
  record Input(
      String name,
      Format format,
      String at,
      TimeFormat times,
      @Nullable String key,
      List<String> keep,
      List<Join> joins,
      List<Skip> skips,
      List<EventTemplate> events) {
    /** The columns that its rows need, but for those of conditions. */
    Set<String> columns() {
      Set<String> columns = new LinkedHashSet<>();
      if (key != null) {
        columns.add(key);
      }
      columns.addAll(keep);
      joins.forEach(join -> columns.add(join.column()));
      events.stream().flatMap(EventTemplate::columns).forEach(columns::add);
      return columns;
    }
  }

  enum Format {
    CSV,
    TSV,
    JSONL,
    JSON
  }

  /**
   * Finds the row of an earlier input whose key equals this row's column.
   *
   * @param kept what is remembered of that row
   */
  record Join(String name, String input, String column, List<String> kept) {}

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
      Map<String, Detail> detail) {
    private Stream<String> columns() {
      return Stream.concat(fields.values().stream(), detail.values().stream().map(Detail::template))
          .flatMap(ColumnTemplate::columns);
    }
  }

  /**
   * @param type of the field as events have it; null: they have no such field
   */
  record Detail(ColumnTemplate template, Schema.@Nullable Type type) {}

  private static final List<String> FIELDS =
      List.of("eventId", "userId", "sessionId", "occurredAt", "channel", "locale");
  private static final List<String> REQUIRED = List.of("eventId", "userId", "occurredAt");

  /** The inputs whose rows later ones look up; those of the others need not be remembered. */
  Set<String> joined() {
    return inputs.stream()
        .flatMap(input -> input.joins().stream())
        .map(Join::input)
        .collect(Collectors.toUnmodifiableSet());
  }

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
    root.only("inputs", "mask", "sessions");
    root.get("sessions").only("gap");
    List<Input> inputs = new ArrayList<>();
    for (YamlNode node : root.get("inputs").items()) {
      inputs.add(input(node, inputs));
    }
    if (inputs.isEmpty()) {
      root.problem("`inputs` must list at least one input");
    }
    YamlNode gap = root.get("sessions").get("gap");
    return new ImportMapping(
        List.copyOf(inputs),
        root.get("mask").flagOr(true),
        gap.isMissing() ? null : gap.durationOr(Duration.ofMinutes(30)));
  }

  private static Input input(YamlNode node, List<Input> earlier) {
    node.only("name", "format", "at", "times", "key", "keep", "join", "skip", "events");
    List<Join> joins = joins(node.get("join"), earlier);
    Map<String, VariableType> variables = new LinkedHashMap<>();
    variables.put("row", VariableType.MAP);
    joins.forEach(join -> variables.put(join.name(), VariableType.MAP));
    Expressions conditions = new Expressions(variables);
    Format format = node.get("format").oneOf(Format.class, Format.CSV);
    boolean nested = format == Format.JSON || format == Format.JSONL;
    return new Input(
        node.get("name").text(),
        format,
        node.get("at").textOr(""),
        TimeFormat.of(node.get("times")),
        node.get("key").textOrNull(),
        node.get("keep").texts(),
        joins,
        node.get("skip").items().stream().map(skip -> skip(skip, conditions)).toList(),
        node.get("events").items().stream().map(e -> event(e, joins, nested, conditions)).toList());
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
      List<String> kept = found == null ? List.of() : found.keep();
      joins.add(new Join(entry.key(), input, entry.value().get("on").text(), kept));
    }
    return List.copyOf(joins);
  }

  private static Skip skip(YamlNode node, Expressions conditions) {
    node.only("reason", "when");
    return new Skip(node.get("reason").text(), conditions.compile(node.get("when")));
  }

  private static EventTemplate event(
      YamlNode node, List<Join> joins, boolean nested, Expressions conditions) {
    String type = node.get("type").text();
    List<String> keys = new ArrayList<>(FIELDS);
    keys.addAll(List.of("type", "when", "plus", type));
    node.only(keys.toArray(String[]::new));
    return new EventTemplate(
        type,
        node.has("when") ? conditions.compile(node.get("when")) : null,
        fields(node, joins, nested),
        node.get("plus").durationOr(Duration.ZERO),
        detail(node.get(type), type, joins, nested));
  }

  private static Map<String, ColumnTemplate> fields(
      YamlNode node, List<Join> joins, boolean nested) {
    Map<String, ColumnTemplate> fields = new LinkedHashMap<>();
    for (String field : FIELDS) {
      if (node.has(field)) {
        fields.put(field, ColumnTemplate.parse(node.get(field), joins, nested));
      } else if (REQUIRED.contains(field)) {
        node.problem("an event needs `" + field + "`");
      }
    }
    return fields;
  }

  private static Map<String, Detail> detail(
      YamlNode node, String type, List<Join> joins, boolean nested) {
    Schema schema = recordOf(type);
    Map<String, Detail> detail = new LinkedHashMap<>();
    for (YamlNode.Entry entry : node.entries()) {
      Schema.Field field = schema == null ? null : schema.getField(entry.key());
      detail.put(
          entry.key(),
          new Detail(
              ColumnTemplate.parse(entry.value(), joins, nested),
              field == null ? null : present(field.schema()).getType()));
    }
    return detail;
  }

  /** Null where events have no record of this name. */
  private static @Nullable Schema recordOf(String type) {
    Schema.Field field = InteractionEvent.getClassSchema().getField(type);
    Schema schema = field == null ? null : present(field.schema());
    return schema == null || schema.getType() != Schema.Type.RECORD ? null : schema;
  }

  /** The schema beside null in a union. */
  private static Schema present(Schema schema) {
    return schema.getType() != Schema.Type.UNION
        ? schema
        : schema.getTypes().stream()
            .filter(branch -> branch.getType() != Schema.Type.NULL)
            .findFirst()
            .orElse(schema);
  }
}
