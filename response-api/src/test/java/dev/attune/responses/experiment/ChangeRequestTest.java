package dev.attune.responses.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.attune.core.experiment.Experiment;
import dev.attune.core.experiment.ExperimentOverride;
import dev.attune.core.experiment.Experiments;
import dev.attune.core.playbook.Playbook;
import dev.attune.http.Problem;
import dev.attune.responses.experiment.ChangeRequest.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeRequestTest {
  private static final ExperimentOverride NONE = ExperimentOverride.NONE;
  private static final Map<String, Double> STEEP = Map.of("a", 0.1, "b", 0.9);

  private final Experiments file;

  ChangeRequestTest(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("features.yaml"), "features: {}\n");
    Files.writeString(
        folder.resolve("experiments.yaml"),
        """
        metrics: {m: {kind: handoff_rate}}
        experiments:
          - {id: e, variants: [{name: a}, {name: b}]}
          - {id: stopped, active: false, variants: [{name: a}, {name: b}]}
          - {id: learning, variants: [{name: a}, {name: b}], judge: {goal: m, bandit: true}}
          - {id: models, model: v7, variants: [{name: a}, {name: b}]}
        """);
    file = Playbook.load(folder).experiments();
  }

  @Test
  void whatChangesSomethingIsTaken() {
    ChangeRequest.Checked stop = checked("e", "stop", null, " enough \n", NONE);
    assertThat(stop.action()).isEqualTo(Action.STOP);
    assertThat(stop.reason()).isEqualTo("enough");
    assertThat(checked("stopped", "start", null, "why", NONE).action()).isEqualTo(Action.START);
    assertThat(checked("e", "weights", STEEP, "why", NONE).weights()).isEqualTo(STEEP);
    assertThat(checked("e", "reset", null, "why", new ExperimentOverride(false, Map.of())).action())
        .isEqualTo(Action.RESET);
    assertThat(checked("learning", "stop", null, "why", NONE).action()).isEqualTo(Action.STOP);
    assertThat(checked("e", "stop", null, "x".repeat(500), NONE).reason()).hasSize(500);
  }

  @ParameterizedTest
  @CsvSource({
    "e, start, It runs already.",
    "stopped, stop, It is stopped already.",
    "e, reset, Nothing of this experiment was changed by hand.",
  })
  void whatChangesNothingIsAConflict(String experiment, String action, String detail) {
    Problem problem = refused(experiment, action, null, "why", NONE);

    assertThat(problem.code()).isEqualTo("conflict");
    assertThat(problem).hasMessage(detail);
  }

  @Test
  void whatIsByHandAlreadyIsNoChange() {
    ExperimentOverride changed = new ExperimentOverride(false, STEEP);

    assertThat(refused("e", "stop", null, "why", changed)).hasMessage("It is stopped already.");
    assertThat(refused("e", "weights", STEEP, "why", changed))
        .hasMessage("These are its weights already.");
    assertThat(checked("e", "start", null, "why", changed).action()).isEqualTo(Action.START);
  }

  @Test
  void weightsOfABanditAndOfACanaryAreAConflict() {
    assertThat(refused("learning", "weights", STEEP, "why", NONE))
        .hasMessage("Its weights can't be set by hand: a bandit sets the weights.")
        .extracting(Problem::code)
        .isEqualTo("conflict");
    assertThat(refused("models", "weights", STEEP, "why", NONE))
        .hasMessageContaining("the canary's share");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "0.1, null, the arm `b` needs a weight from 0 to 1",
        "0.1, 0.8, the weights must add up to 1",
        "-0.1, 1.1, the arm `a` needs a weight from 0 to 1",
        "NaN, 1, the arm `a` needs a weight from 0 to 1",
      })
  void wrongWeightsAreNamed(double a, @Nullable Double b, String detail) {
    Map<String, Double> weights = new LinkedHashMap<>();
    weights.put("a", a);
    if (b != null) {
      weights.put("b", b);
    }
    assertMalformed(refused("e", "weights", weights, "why", NONE), "weights", detail);
  }

  @Test
  void everyFieldIsChecked() {
    assertMalformed(
        refused("e", "weights", Map.of("a", 0.5, "c", 0.5), "why", NONE),
        "weights",
        "there is no arm `c`");
    assertMalformed(refused("e", "weights", null, "why", NONE), "weights", "weights are missing");
    assertMalformed(refused("e", "stop", STEEP, "why", NONE), "weights", "belong to the action");
    assertMalformed(
        refused("e", "halt", null, "why", NONE), "action", "start, stop, weights, reset");
    assertMalformed(refused("e", null, null, "why", NONE), "action", "start, stop");
    assertMalformed(refused("e", "stop", null, null, NONE), "reason", "1 to 500");
    assertMalformed(refused("e", "stop", null, " ", NONE), "reason", "1 to 500");
    assertMalformed(refused("e", "stop", null, "x".repeat(501), NONE), "reason", "1 to 500");
  }

  private static void assertMalformed(Problem problem, String field, String detail) {
    assertThat(problem.code()).isEqualTo("malformed");
    assertThat(problem).hasMessageContaining(detail);
    assertThat(new String(problem.answer("/").body())).contains("\"field\":\"" + field + "\"");
  }

  private Problem refused(
      String experiment,
      @Nullable String action,
      @Nullable Map<String, Double> weights,
      @Nullable String reason,
      ExperimentOverride changed) {
    return Objects.requireNonNull(
        catchThrowableOfType(
            Problem.class, () -> checked(experiment, action, weights, reason, changed)));
  }

  private ChangeRequest.Checked checked(
      String experiment,
      @Nullable String action,
      @Nullable Map<String, Double> weights,
      @Nullable String reason,
      ExperimentOverride changed) {
    Experiment declared = file.find(experiment).orElseThrow();
    Experiment running = file.under(Map.of(experiment, changed)).find(experiment).orElseThrow();
    return new ChangeRequest(action, weights, reason).checked(declared, running, changed);
  }
}
