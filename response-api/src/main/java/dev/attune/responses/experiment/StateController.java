package dev.attune.responses.experiment;

import dev.attune.core.access.Scope;
import dev.attune.core.experiment.Experiment;
import dev.attune.http.Problem;
import dev.attune.responses.access.Caller;
import dev.attune.responses.audit.Audit;
import dev.attune.responses.playbook.LivePlaybook;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Start, stop and weights of the experiments of {@code experiments.yaml}. */
@RestController
class StateController {
  private final LivePlaybook playbook;
  private final ChangeLog log;
  private final ExperimentChanges changes;
  private final Audit audit;

  StateController(LivePlaybook playbook, ChangeLog log, ExperimentChanges changes, Audit audit) {
    this.playbook = playbook;
    this.log = log;
    this.changes = changes;
    this.audit = audit;
  }

  @Operation(
      operationId = "experimentState",
      summary = "Whether an experiment runs, its weights, and what was changed by hand",
      description =
          "Of experiments that experiments.yaml declares. The holdout and the comparisons of"
              + " canaries have none.")
  @GetMapping(path = "/v1/experiments/{name}/state", produces = MediaType.APPLICATION_JSON_VALUE)
  StateBody state(@Parameter(hidden = true) Caller caller, @PathVariable String name) {
    caller.mustBeServer(Scope.EXPERIMENTS);
    mustBeCaughtUp();
    return body(name);
  }

  @Operation(
      operationId = "changeExperiment",
      summary = "Starts or stops an experiment, sets its weights, or takes such changes back",
      description =
          "The change lies over experiments.yaml, also when the file changes later, until it is"
              + " taken back by `reset`. Every replica follows it. It is recorded in `audit` first,"
              + " with the reason, which must be given. The answer is the state after it.")
  @ApiResponse(responseCode = "200", description = "The state after the change")
  @ApiResponse(
      responseCode = "409",
      description = "`conflict`: nothing would change, or a bandit or a canary owns the weights",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
              schema = @Schema(ref = "#/components/schemas/Problem")))
  @PostMapping(path = "/v1/experiments/{name}/state", produces = MediaType.APPLICATION_JSON_VALUE)
  StateBody change(
      @Parameter(hidden = true) Caller caller,
      @Parameter(hidden = true) ServerHttpRequest request,
      @PathVariable String name,
      @RequestBody ChangeRequest wanted) {
    caller.mustBeServer(Scope.EXPERIMENTS_WRITE);
    mustBeCaughtUp();
    ChangeRequest.Checked checked =
        wanted.checked(declared(name), running(name), log.of(name).override());
    changes.make(checked, audit.actor(caller, request));
    return body(name);
  }

  /** Before, nobody knows what a change would be laid over. */
  private void mustBeCaughtUp() {
    if (!log.isCaughtUp()) {
      throw Problem.unavailable("The changes of experiments are being read.");
    }
  }

  private StateBody body(String name) {
    return StateBody.of(declared(name), running(name), log.of(name));
  }

  private Experiment declared(String name) {
    return playbook.declaredExperiments().find(name).orElseThrow(StateController::unknown);
  }

  private Experiment running(String name) {
    return playbook.experiments().find(name).orElseThrow(StateController::unknown);
  }

  private static Problem unknown() {
    return Problem.notFound("experiments.yaml declares no such experiment.");
  }
}
