package dev.attune.responses.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.attune.core.access.Scope;
import dev.attune.core.experiment.Experiment;
import dev.attune.core.experiment.Experiments;
import dev.attune.core.experiment.measure.BreakdownReport;
import dev.attune.core.experiment.measure.ExperimentReport;
import dev.attune.core.experiment.measure.ExperimentSlice;
import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.http.Problem;
import dev.attune.responses.access.Caller;
import dev.attune.responses.playbook.LivePlaybook;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The edges of experiments and their results, for servers and the console. */
@RestController
class ExperimentController {
  private static final Set<String> DIMENSIONS =
      Set.of(ExperimentSlice.CHANNEL, ExperimentSlice.SEGMENT);

  private final LivePlaybook playbook;
  private final ExperimentAnalyses analyses;

  ExperimentController(LivePlaybook playbook, ExperimentAnalyses analyses) {
    this.playbook = playbook;
    this.analyses = analyses;
  }

  /** Those of the file, and the holdout. */
  record ExperimentList(List<Entry> experiments) {}

  /**
   * @param description in the playbook's words; absent when none is given
   * @param active false: it is stopped, in the file or by hand; what was measured stays
   * @param metrics by role, the goal first
   * @param status absent when nothing of it is measured
   */
  @JsonInclude(Include.NON_NULL)
  record Entry(
      String name,
      @Nullable String description,
      boolean active,
      List<String> variants,
      List<MetricEntry> metrics,
      boolean bandit,
      PlanEntry plan,
      ExperimentReport.@Nullable Status status) {}

  /**
   * @param unit share (0 to 1), seconds or number
   * @param description in the playbook's words; absent when none is given
   */
  @JsonInclude(Include.NON_NULL)
  record MetricEntry(
      String name,
      String role,
      String kind,
      long windowSeconds,
      String unit,
      @Nullable String description) {}

  /**
   * What a verdict needs.
   *
   * @param minUsers of each arm
   * @param plannedUsers of two equal arms, around which intervals are narrowest
   * @param alpha how often a false difference may be shown
   * @param power how often a difference of the detectable size is found
   */
  record PlanEntry(long minUsers, double minDays, long plannedUsers, double alpha, double power) {
    private static final double DAY = 86_400;

    static PlanEntry of(AnalysisPlan plan) {
      AnalysisPlan.Sample sample = plan.sample();
      return new PlanEntry(
          sample.minUsers(),
          sample.minDuration().toSeconds() / DAY,
          sample.plannedUsers(),
          plan.alpha(),
          plan.power());
    }
  }

  @Operation(
      operationId = "experiments",
      summary = "The experiments, running or stopped, and their status")
  @GetMapping(path = "/v1/experiments", produces = MediaType.APPLICATION_JSON_VALUE)
  ExperimentList experiments(@Parameter(hidden = true) Caller caller) {
    caller.mustBeServer(Scope.EXPERIMENTS);
    Experiments experiments = playbook.experiments();
    return new ExperimentList(
        experiments.ids().stream().map(id -> entry(id, experiments)).toList());
  }

  @Operation(
      operationId = "experiment",
      summary = "An experiment's metrics and plan, and its status",
      description = "`canary:<version>` is the comparison of a canary with the live model.")
  @GetMapping(path = "/v1/experiments/{name}", produces = MediaType.APPLICATION_JSON_VALUE)
  Entry experiment(@Parameter(hidden = true) Caller caller, @PathVariable String name) {
    caller.mustBeServer(Scope.EXPERIMENTS);
    Experiments experiments = playbook.experiments();
    if (experiments.arms(name).isEmpty()) {
      throw Problem.notFound("There is no such experiment.");
    }
    return entry(name, experiments);
  }

  private Entry entry(String id, Experiments experiments) {
    AnalysisPlan plan = experiments.plan(id);
    List<MetricEntry> metrics =
        plan.measured().stream()
            .map(
                m ->
                    new MetricEntry(
                        m.metric().name(),
                        m.role().name().toLowerCase(Locale.ROOT),
                        m.metric().kind().name().toLowerCase(Locale.ROOT),
                        m.metric().window().toSeconds(),
                        m.metric().unit().name().toLowerCase(Locale.ROOT),
                        m.metric().description()))
            .toList();
    ExperimentReport.Status status = analyses.report(id).map(ExperimentReport::status).orElse(null);
    return new Entry(
        id,
        experiments.find(id).map(Experiment::description).orElse(null),
        experiments.find(id).map(Experiment::active).orElse(true),
        experiments.arms(id),
        metrics,
        plan.bandit(),
        PlanEntry.of(plan),
        status);
  }

  @Operation(
      operationId = "experimentResults",
      summary = "An experiment's results: arms, metrics and differences",
      description =
          "Intervals and p-values may be looked at any time. No winner is named before the plan's"
              + " number of users and days is reached.")
  @GetMapping(path = "/v1/experiments/{name}/results", produces = MediaType.APPLICATION_JSON_VALUE)
  ExperimentReport results(@Parameter(hidden = true) Caller caller, @PathVariable String name) {
    caller.mustBeServer(Scope.EXPERIMENTS);
    return analyses.report(name).orElseThrow(ExperimentController::notMeasured);
  }

  @Operation(
      operationId = "experimentBreakdown",
      summary = "An experiment's differences by channel or segment of its users",
      description =
          "What was known of users at their first exposure. Nothing was planned for parts, so there"
              + " is no verdict, and p-values are corrected for all parts together.")
  @GetMapping(
      path = "/v1/experiments/{name}/breakdown",
      produces = MediaType.APPLICATION_JSON_VALUE)
  BreakdownReport breakdown(
      @Parameter(hidden = true) Caller caller,
      @PathVariable String name,
      @Parameter(description = "channel or segment") @RequestParam String by) {
    caller.mustBeServer(Scope.EXPERIMENTS);
    if (!DIMENSIONS.contains(by)) {
      throw Problem.invalid("by", "It must be channel or segment.");
    }
    return analyses.breakdown(name, by).orElseThrow(ExperimentController::notMeasured);
  }

  private static Problem notMeasured() {
    return Problem.notFound("There is no such experiment, or nothing of it is measured.");
  }
}
