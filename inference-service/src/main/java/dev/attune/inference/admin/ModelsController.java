package dev.attune.inference.admin;

import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.PromotionGates;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.core.scoring.SlotPlans;
import dev.attune.core.scoring.SlotPlans.Gates;
import dev.attune.inference.admin.ModelAudit.Order;
import dev.attune.inference.model.ModelHost;
import dev.attune.inference.model.ModelHost.Slot;
import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.model.ServedModel;
import dev.attune.inference.scoring.ServedRows;
import dev.attune.inference.scoring.ShadowScorer;
import dev.attune.kafka.audit.AuditException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The model registry over HTTP; the secret is needed. */
@RestController
@RequestMapping("/v1/models")
@Tag(name = "Models")
@ApiResponse(responseCode = "200", description = "The registry and what serves, after the change")
@ApiResponse(responseCode = "401", description = "`unauthenticated`: no secret key")
@ApiResponse(
    responseCode = "503",
    description = "`unavailable`: a change could not be recorded in `audit`, so it was not made")
@ApiResponse(
    responseCode = "409",
    description =
        "`model_refused`: unknown version, failed gate or self-check, other features or segments"
            + " than users' rows have, or nothing to go back to")
final class ModelsController {
  /** Their bundles are fetched once each, perhaps from a bucket. */
  private static final int MOST_WITH_FACTS = 50;

  private final ModelRegistry registry;
  private final VersionFacts facts;
  private final ModelHost host;
  private final ShadowScorer shadow;
  private final ServedRows served;
  private final ModelAudit audit;

  ModelsController(
      ModelRegistry registry,
      ModelHost host,
      ShadowScorer shadow,
      ServedRows served,
      ModelAudit audit) {
    this.registry = registry;
    this.facts = new VersionFacts(registry);
    this.audit = audit;
    this.host = host;
    this.shadow = shadow;
    this.served = served;
  }

  /**
   * What the registry has and what serves; {@code failures} tell why the two differ.
   *
   * @param serving the live model; null while none serves
   * @param slots all models that serve
   * @param shadow how the shadow compares; null without one
   * @param before the version that was live before the live one; null: none was
   */
  record Models(
      @Nullable Serving serving,
      List<Serving> slots,
      ShadowScorer.@Nullable Comparison shadow,
      List<Version> versions,
      List<ModelHost.Failure> failures,
      @Nullable String before) {}

  /**
   * A model in its slot.
   *
   * @param share of the users' predictions
   * @param rows that it was asked to score since it serves, by this instance; none of a shadow,
   *     whose comparison tells
   * @param failed on so many of them it gave no probabilities
   */
  record Serving(
      Slot slot,
      String name,
      String version,
      long revision,
      String featureSetId,
      double share,
      long rows,
      long failed) {}

  /**
   * A published version.
   *
   * @param facts what it says of itself; null: it is older than the newest 50
   */
  record Version(String version, boolean live, VersionFacts.@Nullable Facts facts) {}

  @Operation(summary = "Published versions, which of them serve, and why others don't")
  @GetMapping
  Models list() throws ModelException {
    ModelSlots slots = host.get();
    List<Serving> serving = new ArrayList<>();
    add(serving, Slot.LIVE, slots.live(), 1 - slots.share());
    add(serving, Slot.CANARY, slots.canary(), slots.share());
    add(serving, Slot.SHADOW, slots.shadow(), 0);
    List<String> before = registry.gates().served();
    return new Models(
        serving.isEmpty() ? null : serving.getFirst(),
        serving,
        slots.shadow() == null ? null : shadow.comparison(),
        versions(),
        host.failures(),
        before.isEmpty() ? null : before.getLast());
  }

  private List<Version> versions() throws ModelException {
    List<ModelRegistry.Entry> entries = registry.versions();
    int first = Math.max(0, entries.size() - MOST_WITH_FACTS);
    PromotionGates gates = registry.gates();
    List<Version> versions = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      ModelRegistry.Entry entry = entries.get(i);
      boolean withFacts = i >= first || entry.live();
      versions.add(
          new Version(
              entry.version(), entry.live(), withFacts ? facts.of(entry.version(), gates) : null));
    }
    return versions;
  }

  private void add(List<Serving> serving, Slot slot, @Nullable ServedModel model, double share) {
    if (model != null) {
      ServedRows.Rows did = served.of(model.version());
      serving.add(
          new Serving(
              slot,
              model.name(),
              model.version(),
              model.revision(),
              model.featureSetId(),
              share,
              did.rows(),
              did.failed()));
    }
  }

  @Operation(
      summary = "Makes a version live after its self-check, if its gates passed",
      description =
          "`override` is a reason to make it live although a gate failed. `reason` says why it is"
              + " done. Both are kept in `audit`; here and below, a reason has 500 characters at"
              + " most.")
  @PostMapping("/{version}/promote")
  Models promote(
      @Parameter(hidden = true) HttpServletRequest request,
      @PathVariable String version,
      @RequestParam(required = false) @Nullable String override,
      @RequestParam(required = false) @Nullable String reason)
      throws ModelException, AuditException {
    var order = new Order("model_promote", version, Step.LIVE, override, reason);
    audit.change(request, order, plans -> plans.promote(version, gates(order)));
    return refreshed();
  }

  private static Gates gates(Order order) {
    return order.isOverride() ? Gates.OVERRIDDEN : Gates.ASKED;
  }

  @Operation(
      summary = "Lets a version score a share of the users, chosen by a hash of the user",
      description =
          "`share` is above 0 and below 1. `override` is a reason to do so although a gate failed;"
              + " it is kept in `audit`.")
  @PostMapping("/{version}/canary")
  Models canary(
      @Parameter(hidden = true) HttpServletRequest request,
      @PathVariable String version,
      @RequestParam double share,
      @RequestParam(required = false) @Nullable String override,
      @RequestParam(required = false) @Nullable String reason)
      throws ModelException, AuditException {
    var order = new Order("model_canary", version, Step.CANARY, override, reason);
    audit.change(request, order, plans -> plans.canary(version, share, gates(order)));
    return refreshed();
  }

  @Operation(summary = "Ends the canary: the live version scores everybody")
  @DeleteMapping("/canary")
  Models endCanary(
      @Parameter(hidden = true) HttpServletRequest request,
      @RequestParam(required = false) @Nullable String reason)
      throws ModelException, AuditException {
    audit.change(request, Order.of("model_canary_end", reason), SlotPlans::endCanary);
    return refreshed();
  }

  @Operation(summary = "Makes a version the shadow; its predictions are compared, never stored")
  @PostMapping("/{version}/shadow")
  Models shadow(
      @Parameter(hidden = true) HttpServletRequest request,
      @PathVariable String version,
      @RequestParam(required = false) @Nullable String reason)
      throws ModelException, AuditException {
    var order = new Order("model_shadow", version, Step.SHADOW, null, reason);
    audit.change(request, order, plans -> plans.shadow(version));
    return refreshed();
  }

  @Operation(summary = "Ends the shadow")
  @DeleteMapping("/shadow")
  Models endShadow(
      @Parameter(hidden = true) HttpServletRequest request,
      @RequestParam(required = false) @Nullable String reason)
      throws ModelException, AuditException {
    audit.change(request, Order.of("model_shadow_end", reason), SlotPlans::endShadow);
    return refreshed();
  }

  @Operation(
      summary = "Ends the canary, or without one makes the previously live version live again")
  @PostMapping("/rollback")
  Models rollback(
      @Parameter(hidden = true) HttpServletRequest request,
      @RequestParam(required = false) @Nullable String reason)
      throws ModelException, AuditException {
    audit.change(request, Order.of("model_rollback", reason), SlotPlans::rollback);
    return refreshed();
  }

  private Models refreshed() throws ModelException {
    host.refresh();
    return list();
  }

  /** Nobody switches models unseen. */
  @ExceptionHandler
  ResponseEntity<ProblemDetail> unrecorded(AuditException e) {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(
            HttpStatus.SERVICE_UNAVAILABLE,
            "The audit log could not be written, so nothing was changed.");
    problem.setProperty("code", "unavailable");
    problem.setProperty("retryable", true);
    return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
        .header(HttpHeaders.RETRY_AFTER, "1")
        .body(problem);
  }

  /** The registry's messages are written for whoever administers it. */
  @ExceptionHandler
  ProblemDetail refused(ModelException e) {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, String.valueOf(e.getMessage()));
    problem.setProperty("code", "model_refused");
    return problem;
  }
}
