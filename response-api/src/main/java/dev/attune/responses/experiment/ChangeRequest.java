package dev.attune.responses.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.attune.core.experiment.Experiment;
import dev.attune.core.experiment.ExperimentOverride;
import dev.attune.http.Problem;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to change of an experiment.
 *
 * @param action start, stop, weights or reset, which takes back what was changed by hand
 * @param weights by arm, adding up to 1; of the action weights only
 * @param reason why, in 1 to 500 characters; it is kept with the change and in {@code audit}
 */
@JsonInclude(Include.NON_NULL)
record ChangeRequest(
    @Schema(requiredMode = RequiredMode.REQUIRED) @Nullable String action,
    @Nullable Map<String, Double> weights,
    @Schema(requiredMode = RequiredMode.REQUIRED) @Nullable String reason) {
  private static final int LONGEST_REASON = 500;

  /** What can be done. */
  enum Action {
    START,
    STOP,
    WEIGHTS,
    RESET;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One that is complete and changes something.
   *
   * @param experiment as it runs now
   * @param before what was changed by hand so far
   * @param weights of the action weights, in any order; else empty
   */
  record Checked(
      Action action,
      Experiment experiment,
      ExperimentOverride before,
      Map<String, Double> weights,
      String reason) {}

  /**
   * @param declared as the file says
   * @param running as it is now
   * @param changed what was changed by hand so far
   * @throws Problem {@code malformed} with the field, or {@code conflict}
   */
  Checked checked(Experiment declared, Experiment running, ExperimentOverride changed) {
    Action wanted = wantedAction();
    String why = wantedReason();
    if (wanted == Action.WEIGHTS) {
      return new Checked(wanted, running, changed, wantedWeights(declared, running), why);
    }
    if (weights != null) {
      throw Problem.invalid("weights", "weights belong to the action weights.");
    }
    if (wanted == Action.RESET && changed.equals(ExperimentOverride.NONE)) {
      throw Problem.conflict("Nothing of this experiment was changed by hand.");
    }
    if (wanted != Action.RESET && running.active() == (wanted == Action.START)) {
      throw Problem.conflict(running.active() ? "It runs already." : "It is stopped already.");
    }
    return new Checked(wanted, running, changed, Map.of(), why);
  }

  private Action wantedAction() {
    for (Action one : Action.values()) {
      if (one.word().equals(action)) {
        return one;
      }
    }
    String known =
        List.of(Action.values()).stream().map(Action::word).collect(Collectors.joining(", "));
    throw Problem.invalid("action", "action is one of " + known + ".");
  }

  private String wantedReason() {
    String why = reason == null ? "" : reason.strip();
    if (why.isEmpty() || why.length() > LONGEST_REASON) {
      throw Problem.invalid("reason", "reason has 1 to " + LONGEST_REASON + " characters.");
    }
    return why;
  }

  private Map<String, Double> wantedWeights(Experiment declared, Experiment running) {
    declared
        .weightsOwner()
        .ifPresent(
            owner -> {
              throw Problem.conflict("Its weights can't be set by hand: " + owner + ".");
            });
    if (weights == null) {
      throw Problem.invalid("weights", "weights are missing: a number from 0 to 1 for each arm.");
    }
    declared
        .mistakeIn(weights)
        .ifPresent(
            mistake -> {
              throw Problem.invalid("weights", "weights: " + mistake + ".");
            });
    if (weights.equals(running.weights())) {
      throw Problem.conflict("These are its weights already.");
    }
    return weights;
  }
}
