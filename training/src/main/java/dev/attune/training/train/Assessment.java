package dev.attune.training.train;

import dev.attune.core.scoring.GateVerdict;
import dev.attune.core.scoring.TrainingSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that was measured of a candidate before anybody is answered by it.
 *
 * @param leakage empty when it wasn't checked, or couldn't be
 * @param live empty when there is no live model to compare with, or nothing new to compare on
 * @param curve empty when it wasn't made
 */
record Assessment(
    Evaluation evaluation,
    Optional<LeakageCheck> leakage,
    Optional<LiveComparison> live,
    Optional<LearningCurve> curve) {
  /** By the names that the manifest and the gates use. */
  Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>(evaluation.named());
    leakage.ifPresent(check -> metrics.put("shuffled_top1", check.shuffledTop1()));
    live.ifPresent(
        comparison -> {
          metrics.put("live_top1", comparison.liveTop1());
          metrics.put("live_logloss_gain", comparison.gain());
          metrics.put("live_logloss_gain_low", comparison.low());
        });
    return metrics;
  }

  /** What each gate says of it. */
  List<GateVerdict> verdicts(TrainingSpec spec) {
    List<GateVerdict> verdicts = new ArrayList<>(spec.verdicts(metrics()));
    leakage.map(check -> check.verdict(spec.gates().leakErrors())).ifPresent(verdicts::add);
    if (spec.gates().betterThanLive()) {
      live.map(LiveComparison::verdict).ifPresent(verdicts::add);
    }
    return verdicts;
  }

  /** The gates that it fails, as sentences' middles. */
  List<String> failures(TrainingSpec spec) {
    return GateVerdict.failures(verdicts(spec));
  }

  /**
   * The live version that it has to be better than; null when none was there, or none has to be.
   */
  @Nullable String comparedWith(TrainingSpec spec) {
    return spec.gates().betterThanLive() ? live.map(LiveComparison::version).orElse(null) : null;
  }
}
