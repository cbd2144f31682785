package dev.attune.training.train;

import dev.attune.core.scoring.TrainingSpec;
import dev.attune.schemas.json.Rfc3339;
import java.util.List;
import java.util.Map;

/** A version's report for people, in Markdown, beside its files. */
final class Report {
  static final String FILE = "report.md";

  private Report() {}

  static String of(
      String version,
      Trainer.Request request,
      TrainingSpec spec,
      List<LabelledRow> rows,
      int held,
      Metrics all,
      Map<String, Metrics> slices,
      List<String> labels,
      int columns,
      int trees) {
    StringBuilder text = new StringBuilder();
    text.append("# Model ").append(spec.model()).append(' ').append(version).append("\n\n");
    text.append("Playbook `").append(request.playbook().name()).append("`, ");
    text.append(rows.size()).append(" labelled rows from ");
    text.append(Rfc3339.format(rows.getFirst().time())).append(" to ");
    text.append(Rfc3339.format(rows.getLast().time())).append(", ");
    text.append(labels.size()).append(" labels, ").append(columns).append(" columns, ");
    text.append(trees).append(" trees.\n\n");
    text.append("Evaluated on the newest ")
        .append(held)
        .append(" rows, with a model of the older ");
    text.append(rows.size() - held).append("; the version itself is trained on all.\n\n");
    text.append(
        "| rows | top-1 | top-3 | log loss | majority top-1 | majority top-3 | last label |\n");
    text.append("|---|---|---|---|---|---|---|\n");
    line(text, "all", all);
    slices.forEach((slice, of) -> line(text, slice, of));
    text.append("\nMajority: always the most frequent labels of the older rows. Last label: the");
    text.append(" user's previous label, the majority for a new user.\n");
    gates(text, spec, all);
    return text.toString();
  }

  private static void line(StringBuilder text, String name, Metrics of) {
    text.append(
        "| %s (%d) | %.1f %% | %.1f %% | %.3f | %.1f %% | %.1f %% | %.1f %% |\n"
            .formatted(
                name.replace("|", "\\|"),
                of.rows(),
                100 * of.top1(),
                100 * of.top3(),
                of.logLoss(),
                100 * of.majorityTop1(),
                100 * of.majorityTop3(),
                100 * of.lastLabelTop1()));
  }

  private static void gates(StringBuilder text, TrainingSpec spec, Metrics all) {
    if (spec.gates().isEmpty()) {
      return;
    }
    List<String> failures = spec.failures(all.named());
    text.append("\nGates: ");
    text.append(failures.isEmpty() ? "all passed" : "failed: " + String.join("; ", failures));
    text.append(".\n");
  }
}
