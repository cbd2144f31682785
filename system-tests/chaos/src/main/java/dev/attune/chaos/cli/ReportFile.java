package dev.attune.chaos.cli;

import dev.attune.bench.cli.JsonReport;
import dev.attune.chaos.Check;
import dev.attune.chaos.Report;
import java.io.IOException;
import java.nio.file.Path;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A report as programs read it: one JSON file a scenario. */
final class ReportFile {
  private ReportFile() {}

  static Path write(Report report, Path folder) throws IOException {
    var json =
        new JsonReport(
            report.name(), report.summary(), report.startedAt(), report.took(), report.machine());
    ObjectNode root = json.root();
    root.put("seed", report.seed());
    ArrayNode checks = root.putArray("checks");
    for (Check check : report.checks()) {
      ObjectNode one = checks.addObject();
      one.put("must", check.must());
      one.put("seen", check.seen());
      one.put("held", check.held());
    }
    root.put("held", report.held());
    root.put("allHeld", report.allHeld());
    return json.write(folder);
  }
}
