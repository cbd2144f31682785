package dev.attune.responses.experiment;

import dev.attune.core.experiment.Experiment;
import dev.attune.core.experiment.Experiments;
import dev.attune.core.experiment.measure.Analysis;
import dev.attune.core.experiment.measure.BreakdownReport;
import dev.attune.core.experiment.measure.ExperimentReport;
import dev.attune.core.experiment.measure.ExperimentSlice;
import dev.attune.responses.playbook.LivePlaybook;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Analyses the newest sums, and moves bandits' weights once an hour: seldom enough that an era of
 * weights has users to be checked against, often enough to follow what is learned.
 */
@Component
public class ExperimentAnalyses {
  private static final long HOUR = 3_600_000;

  private final ResultLog results;
  private final LivePlaybook playbook;
  private final Clock clock;
  private volatile Weights weights = new Weights(Long.MIN_VALUE, Map.of());

  private record Weights(long hour, Map<String, List<Double>> byExperiment) {}

  ExperimentAnalyses(ResultLog results, LivePlaybook playbook, Clock clock) {
    this.results = results;
    this.playbook = playbook;
    this.clock = clock;
  }

  /** Empty when there is no such experiment or nothing of it is measured. */
  Optional<ExperimentReport> report(String experiment) {
    return analysis(experiment).map(Analysis::report);
  }

  /**
   * @param dimension {@link ExperimentSlice#CHANNEL} or {@link ExperimentSlice#SEGMENT}
   * @return empty when there is no such experiment or nothing of it is measured
   */
  Optional<BreakdownReport> breakdown(String experiment, String dimension) {
    String measured = results.begunLast(experiment);
    return analysis(experiment)
        .map(analysis -> analysis.breakdown(dimension, results.parts(measured, dimension)));
  }

  /**
   * What bandits have made of the arms' weights, by experiment. While results are being read these
   * are the weights of before, at first none: by a part of the results this replica would deal
   * otherwise than all others, for the rest of the hour.
   */
  public Map<String, List<Double>> banditWeights() {
    long hour = clock.millis() / HOUR;
    Weights known = weights;
    if (known.hour() != hour && results.isWhole()) {
      known = new Weights(hour, learned(hour));
      weights = known;
    }
    return known.byExperiment();
  }

  private Map<String, List<Double>> learned(long hour) {
    Map<String, List<Double>> learned = new HashMap<>();
    for (Experiment experiment : playbook.experiments().running()) {
      if (experiment.plan().bandit()) {
        analysis(experiment.id())
            .map(analysis -> analysis.banditWeights(hour))
            .ifPresent(w -> learned.put(experiment.id(), Arrays.stream(w).boxed().toList()));
      }
    }
    return learned;
  }

  private Optional<Analysis> analysis(String experiment) {
    Experiments experiments = playbook.experiments();
    List<String> arms = experiments.arms(experiment);
    if (arms.isEmpty() || experiments.plan(experiment).measured().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Analysis(
            experiment,
            arms,
            experiments.plan(experiment),
            results.sums(results.begunLast(experiment)),
            clock.millis()));
  }
}
