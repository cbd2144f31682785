package dev.attune.cli.report;

import dev.attune.bench.Goal;
import dev.attune.bench.Row;
import dev.attune.bench.Row.Baseline;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A benchmark's rows: a table for people, JSON for programs. */
public final class RowTable {
  private static final List<String> HEAD =
      List.of("what", "value", "compared with", "its value", "ratio", "goal", "met");

  private RowTable() {}

  public static String text(List<Row> rows) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEAD);
    rows.forEach(row -> lines.add(line(row)));
    int[] widths = new int[HEAD.size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      text.append(padded(line, widths)).append('\n');
    }
    return text.toString();
  }

  public static void json(List<Row> rows, ArrayNode json) {
    rows.forEach(row -> json(row, json.addObject()));
  }

  private static void json(Row row, ObjectNode json) {
    json.put("what", row.what());
    json.put("value", row.value());
    json.put("unit", row.unit());
    Baseline baseline = row.baseline();
    if (baseline != null) {
      json.put("comparedWith", baseline.what());
      json.put("comparedValue", baseline.value());
    }
    row.ratio().ifPresent(ratio -> json.put("ratio", ratio));
    Goal goal = row.goal();
    if (goal != null) {
      json.put("goal", goal.text(row.unit()));
    }
    row.met().ifPresent(met -> json.put("met", met));
  }

  private static List<String> line(Row row) {
    Baseline baseline = row.baseline();
    Goal goal = row.goal();
    return List.of(
        row.what(),
        figure(row.value()) + " " + row.unit(),
        baseline == null ? "" : baseline.what(),
        baseline == null ? "" : figure(baseline.value()) + " " + row.unit(),
        row.ratio().isPresent()
            ? String.format(Locale.ROOT, "%.2f", row.ratio().getAsDouble())
            : "",
        goal == null ? "" : goal.text(row.unit()),
        row.met().map(met -> met ? "yes" : "NO").orElse(""));
  }

  private static String padded(List<String> line, int[] widths) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = line.get(i);
      String blanks = " ".repeat(widths[i] - cell.length());
      boolean number = i == 1 || i == 3 || i == 4;
      text.append(number ? blanks + cell : cell + blanks).append("  ");
    }
    return text.toString().stripTrailing();
  }

  /** Three digits at least; more would promise what a measurement can't keep. */
  private static String figure(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
