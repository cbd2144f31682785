package dev.attune.responses.experiment;

import dev.attune.core.access.Scope;
import dev.attune.core.experiment.ArmLookup;
import dev.attune.core.reply.PredictionLookup;
import dev.attune.http.Problem;
import dev.attune.responses.access.Caller;
import dev.attune.responses.playbook.LivePlaybook;
import dev.attune.responses.store.PredictionStore;
import dev.attune.schemas.json.EventRules;
import dev.attune.tracing.TraceSpan;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The edge of {@code GET /v1/experiments/{name}/assignment}. It records and exposes nothing. */
@RestController
class AssignmentController {
  private final PredictionStore store;
  private final LivePlaybook playbook;
  private final ExperimentAnalyses analyses;
  private final Clock clock;

  AssignmentController(
      PredictionStore store, LivePlaybook playbook, ExperimentAnalyses analyses, Clock clock) {
    this.store = store;
    this.playbook = playbook;
    this.analyses = analyses;
    this.clock = clock;
  }

  @Operation(
      operationId = "experimentAssignment",
      summary = "The arm that replies to a user have of an experiment, or why they have none",
      description =
          "Of experiments that experiments.yaml declares, by the rules of replies: the arm first"
              + " seen, else the user id's hash. No decision is made, and nobody is exposed. The"
              + " user need not be known. Conditions see `locale` and what is known of the user;"
              + " those over a reply's `variables` don't hold.")
  @GetMapping(
      path = "/v1/experiments/{name}/assignment",
      produces = MediaType.APPLICATION_JSON_VALUE)
  AssignmentBody assignment(
      @Parameter(hidden = true) Caller caller,
      @PathVariable String name,
      @RequestParam String userId,
      @RequestParam(required = false) @Nullable String locale) {
    caller.mustBeServer(Scope.EXPERIMENTS);
    if (!EventRules.isIdentifier(userId)) {
      throw Problem.invalid("userId", "userId: 1 to 128 characters, no control characters.");
    }
    PredictionLookup answer = store.read(userId, Runnable::run, TraceSpan.NONE).join();
    if (answer instanceof PredictionLookup.Unavailable) {
      throw Problem.unavailable("The prediction store did not answer in time.");
    }
    Map<String, ArmLookup> arms =
        playbook
            .engineFor(answer)
            .arms(name, userId, locale, answer, clock.instant(), analyses.banditWeights());
    if (arms.isEmpty()) {
      throw Problem.notFound("experiments.yaml declares no such experiment.");
    }
    return AssignmentBody.of(name, userId, arms);
  }
}
