package dev.attune.training.importing;

import dev.attune.core.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A text with columns in braces: {@code {user}} of the row, {@code {question.user}} of a joined
 * row. Columns that are empty or absent give nothing.
 */
record ColumnTemplate(List<Part> parts) {
  private static final Pattern COLUMN = Pattern.compile("\\{([^{}]+)}");

  /** Text, or a column of the row ({@code from} empty) or of a joined one. */
  record Part(String text, boolean isColumn, String from) {}

  /**
   * Reads a template; a fault is reported at the node.
   *
   * @param joins whose names before a dot mean a joined row
   * @param nested whether other dotted names are columns, as those of nested JSON are
   */
  static ColumnTemplate parse(YamlNode node, List<ImportMapping.Join> joins, boolean nested) {
    String text = node.text();
    List<Part> parts = new ArrayList<>();
    Matcher columns = COLUMN.matcher(text);
    int at = 0;
    while (columns.find()) {
      parts.add(new Part(text.substring(at, columns.start()), false, ""));
      parts.add(column(columns.group(1).strip(), joins, nested, node));
      at = columns.end();
    }
    parts.add(new Part(text.substring(at), false, ""));
    return new ColumnTemplate(parts.stream().filter(p -> !p.text.isEmpty()).toList());
  }

  private static Part column(
      String name, List<ImportMapping.Join> joins, boolean nested, YamlNode node) {
    int dot = name.indexOf('.');
    if (dot < 0) {
      return new Part(name, true, "");
    }
    String from = name.substring(0, dot);
    String column = name.substring(dot + 1);
    Optional<ImportMapping.Join> join =
        joins.stream().filter(each -> each.name().equals(from)).findFirst();
    if (join.isEmpty() && nested) {
      return new Part(name, true, "");
    }
    if (join.isEmpty()) {
      node.problem("`{%s}` needs a join called `%s`".formatted(name, from));
    } else if (!join.get().kept().contains(column)) {
      node.problem(
          "`{%s}` needs `%s` in `keep` of the input `%s`"
              .formatted(name, column, join.get().input()));
    }
    return new Part(column, true, from);
  }

  /** The row's own columns that are in it. */
  Stream<String> columns() {
    return parts.stream().filter(part -> part.isColumn && part.from.isEmpty()).map(Part::text);
  }

  String fill(Row row) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      text.append(part.isColumn ? row.column(part.from, part.text) : part.text);
    }
    return text.toString();
  }

  /** A row of a table with the rows joined to it. */
  record Row(Map<String, String> columns, Map<String, Map<String, String>> joined) {
    String column(String from, String name) {
      Map<String, String> source = from.isEmpty() ? columns : joined.getOrDefault(from, Map.of());
      return source.getOrDefault(name, "");
    }
  }
}
