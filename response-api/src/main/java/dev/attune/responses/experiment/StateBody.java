package dev.attune.responses.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.attune.core.experiment.Experiment;
import dev.attune.schemas.avro.ExperimentChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether an experiment runs, its weights, and what of it was changed by hand.
 *
 * @param active whether it runs
 * @param weights of new users, by arm
 * @param file what {@code experiments.yaml} says
 * @param changes what holds of what was changed by hand, the newest first
 * @param weightsOwner why the weights can't be set by hand; absent when they can
 */
@JsonInclude(Include.NON_NULL)
record StateBody(
    String name,
    boolean active,
    Map<String, Double> weights,
    Declared file,
    List<ChangeByHand> changes,
    @Nullable String weightsOwner) {
  /** What the file says. */
  record Declared(boolean active, Map<String, Double> weights) {}

  /**
   * One change by hand.
   *
   * @param aspect state or weights
   * @param active of a state: whether it runs
   * @param weights of weights: by arm
   * @param by {@code user:<name at the console>} or {@code key:<name>}
   * @param via the key that says on whose behalf it acts; absent: the actor came himself
   * @param applied false: the file has other arms by now, or a bandit, so the file's weights hold
   */
  @JsonInclude(Include.NON_NULL)
  record ChangeByHand(
      String aspect,
      @Nullable Boolean active,
      @Nullable Map<String, Double> weights,
      Instant at,
      String by,
      @Nullable String via,
      String reason,
      boolean applied) {
    static ChangeByHand of(ExperimentChange change, boolean applied) {
      return new ChangeByHand(
          change.getAspect(),
          change.getActive(),
          change.getWeights().isEmpty() ? null : change.getWeights(),
          Instant.ofEpochMilli(change.getChangedAt()),
          change.getChangedBy(),
          change.getVia(),
          change.getReason(),
          applied);
    }
  }

  static StateBody of(Experiment declared, Experiment running, ChangeLog.InForce changed) {
    List<ChangeByHand> changes = new ArrayList<>(2);
    ExperimentChange state = changed.state();
    if (state != null && state.getActive() != null) {
      changes.add(ChangeByHand.of(state, true));
    }
    ExperimentChange weights = changed.weights();
    if (weights != null && !weights.getWeights().isEmpty()) {
      changes.add(ChangeByHand.of(weights, changed.override().weighs(declared)));
    }
    changes.sort(Comparator.comparing(ChangeByHand::at).reversed());
    return new StateBody(
        declared.id(),
        running.active(),
        running.weights(),
        new Declared(declared.active(), declared.weights()),
        changes,
        declared.weightsOwner().orElse(null));
  }
}
