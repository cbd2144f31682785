package dev.attune.cli.retrain;

import dev.attune.core.experiment.measure.ExperimentReport.Status;
import dev.attune.core.scoring.RolloutSpec;
import java.time.Duration;
import java.util.Map;

/**
 * How the users whom a canary scores fare beside the others.
 *
 * @param says the experiment's standing in a sentence
 * @param figures by name
 */
record CanaryFigures(Status status, String says, Map<String, Double> figures) {
  Verdict verdict(RolloutSpec.Canary asked, Duration since) {
    return judged(asked, since).with(figures);
  }

  private Verdict judged(RolloutSpec.Canary asked, Duration since) {
    return switch (status) {
      case HARM, LOSER, SAMPLE_RATIO_MISMATCH -> Verdict.stop(says);
      case WINNER, UNDECIDED -> after(asked.duration(), since, says);
      case COLLECTING -> {
        if (!asked.judged()) {
          yield after(asked.duration(), since, "not judged: " + says);
        }
        yield since.compareTo(asked.within()) < 0
            ? Verdict.waiting(says)
            : Verdict.stop(
                "no verdict within %s: %s".formatted(FigureFormat.of(asked.within()), says));
      }
    };
  }

  /** Where the playbook declares nothing to judge by. */
  static Verdict withoutGuardrails(RolloutSpec.Canary asked, Duration since) {
    return after(asked.duration(), since, "experiments.yaml declares no `canary` to judge it by");
  }

  private static Verdict after(Duration least, Duration since, String says) {
    return since.compareTo(least) < 0 ? Verdict.waiting(says) : Verdict.goOn(says);
  }
}
