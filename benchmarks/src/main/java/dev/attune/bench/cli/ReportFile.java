package dev.attune.bench.cli;

import dev.attune.bench.Goal;
import dev.attune.bench.Report;
import dev.attune.bench.Row;
import dev.attune.bench.Row.Baseline;
import java.io.IOException;
import java.nio.file.Path;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A report as programs read it: one JSON file a benchmark. */
final class ReportFile {
  private ReportFile() {}

  static Path write(Report report, Path folder) throws IOException {
    var json =
        new JsonReport(
            report.name(), report.summary(), report.startedAt(), report.took(), report.machine());
    ObjectNode root = json.root();
    ArrayNode rows = root.putArray("rows");
    report.rows().forEach(row -> row(row, rows.addObject()));
    root.put("goals", report.goals());
    root.put("goalsMet", report.goalsMet());
    return json.write(folder);
  }

  private static void row(Row row, ObjectNode json) {
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
}
