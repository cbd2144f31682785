package dev.attune.training.train;

import dev.attune.core.scoring.TrainingSpec;
import dev.attune.schemas.json.Rfc3339;
import java.util.List;

/** A version's report for people, in Markdown, beside its files. */
final class ModelReport {
  static final String FILE = "report.md";

  private final TrainingSpec spec;
  private final CandidateModel candidate;
  private final StringBuilder text = new StringBuilder();

  private ModelReport(CandidateModel candidate) {
    this.spec = candidate.playbook().training();
    this.candidate = candidate;
  }

  static String of(String version, CandidateModel candidate) {
    ModelReport report = new ModelReport(candidate);
    report.data(version);
    report.metrics();
    report.thresholds();
    report.gates();
    return report.text.toString();
  }

  private void data(String version) {
    List<Example> examples = candidate.examples();
    TrainedModel model = candidate.model();
    text.append(
        """
        # Model %s %s

        Playbook `%s`, %d labelled rows from %s to %s, %d labels, %d columns, %d trees.

        Evaluated on the newest %d rows, with a model of the older %d; the version itself is trained on all.
        Settings: %s.

        """
            .formatted(
                spec.model(),
                version,
                candidate.playbook().name(),
                examples.size(),
                Rfc3339.format(examples.getFirst().time()),
                Rfc3339.format(examples.getLast().time()),
                model.labels().size(),
                model.matrix().width(),
                model.forest().trees(),
                candidate.heldOut(),
                examples.size() - candidate.heldOut(),
                candidate.chosen().text()));
  }

  private void metrics() {
    text.append(
        """
        | rows | top-1 | top-3 | log loss | calibration error | majority top-1 | majority top-3 | last label |
        |---|---|---|---|---|---|---|---|
        """);
    line("all", candidate.assessment().evaluation().all());
    candidate.assessment().evaluation().slices().forEach(this::line);
    text.append("\nMajority: always the most frequent labels of the older rows. Last label: the");
    text.append(
        " user's previous label, the majority for a new user. Calibration error: how far the");
    text.append(" likeliest label's probability is from the share that is right.\n");
  }

  private void line(String name, QualityMetrics of) {
    text.append(
        "| %s (%d) | %.1f %% | %.1f %% | %.3f | %.3f | %.1f %% | %.1f %% | %.1f %% |\n"
            .formatted(
                name.replace("|", "\\|"),
                of.rows(),
                100 * of.top1(),
                100 * of.top3(),
                of.logLoss(),
                of.calibrationError(),
                100 * of.majorityTop1(),
                100 * of.majorityTop3(),
                100 * of.lastLabelTop1()));
  }

  /** What a reply's rule asks for with {@code intent.probability > …}, by moment. */
  private void thresholds() {
    text.append("\nA rule that asks for more than this probability");
    text.append(" speaks to this share of the rows, and is right so often:\n");
    candidate
        .assessment()
        .evaluation()
        .confidence()
        .forEach(
            (moment, table) -> {
              text.append("\n| after %s | speaks | right |\n|---|---|---|\n".formatted(moment));
              table.lines().forEach(this::threshold);
            });
  }

  private void threshold(ConfidenceTable.Line line) {
    text.append(
        "| %.1f | %.0f %% | %s |\n"
            .formatted(
                line.threshold(),
                100 * line.share(),
                Double.isNaN(line.right()) ? "" : "%.0f %%".formatted(100 * line.right())));
  }

  private void gates() {
    List<String> failures = candidate.assessment().failures(spec);
    text.append("\nGates: ");
    text.append(failures.isEmpty() ? "all passed" : "failed: " + String.join("; ", failures));
    text.append(".\n");
  }
}
