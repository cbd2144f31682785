package dev.attune.bench.cli;

import dev.attune.bench.Goal;
import dev.attune.bench.Report;
import dev.attune.bench.Row;
import dev.attune.bench.Row.Baseline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A report as programs read it: one JSON file a benchmark. */
final class ReportFile {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private ReportFile() {}

  static Path write(Report report, Path folder) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("name", report.name());
    root.put("summary", report.summary());
    root.put("startedAt", report.startedAt().toString());
    root.put("seconds", report.took().toMillis() / 1e3);
    ObjectNode machine = root.putObject("machine");
    machine.put("os", report.machine().os());
    machine.put("processors", report.machine().processors());
    machine.put("java", report.machine().java());
    ArrayNode rows = root.putArray("rows");
    report.rows().forEach(row -> row(row, rows.addObject()));
    root.put("goals", report.goals());
    root.put("goalsMet", report.goalsMet());
    Files.createDirectories(folder);
    return Files.writeString(
        folder.resolve(report.name() + ".json"), JSON.writeValueAsString(root) + "\n");
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
