package dev.attune.responses.audit;

import dev.attune.core.access.Scope;
import dev.attune.http.Problem;
import dev.attune.responses.access.Caller;
import dev.attune.schemas.avro.AuditRecord;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Who did what, for servers and the console. */
@RestController
class AuditController {
  private final AuditTrail trail;

  AuditController(AuditTrail trail) {
    this.trail = trail;
  }

  /**
   * @param acts newest first
   * @param complete false: the topic is still being read, so some may be missing
   */
  record Acts(List<ActBody> acts, boolean complete) {}

  /**
   * One act.
   *
   * @param service which service wrote it
   * @param actor {@code user:<name at the console>}, {@code key:<name>}, {@code file:keys} or
   *     {@code job:retrain}
   * @param via the key that says on whose behalf it acts; null: the actor came himself
   * @param outcome allowed, refused or done
   * @param subject {@code user:<keyed hash>}, {@code model:<version>}, {@code experiment:<id>} or
   *     {@code key:<name>}
   * @param detail why, and what it was before
   */
  record ActBody(
      String id,
      Instant at,
      String service,
      String actor,
      @Nullable String via,
      @Nullable String address,
      String action,
      String outcome,
      @Nullable String subject,
      @Nullable String detail) {
    static ActBody of(AuditRecord act) {
      return new ActBody(
          act.getId(),
          Instant.ofEpochMilli(act.getAt()),
          act.getService(),
          act.getActor(),
          act.getVia(),
          act.getAddress(),
          act.getAction(),
          act.getOutcome(),
          act.getSubject(),
          act.getDetail());
    }
  }

  @Operation(
      operationId = "audit",
      summary = "Who did what, and when: the newest records of the audit log",
      description =
          "Of the newest 2,000 records. Users are named by the keyed hash of their ids, never by"
              + " the ids. The topic `audit` keeps a year.")
  @GetMapping(path = "/v1/audit", produces = MediaType.APPLICATION_JSON_VALUE)
  Acts audit(
      @Parameter(hidden = true) Caller caller,
      @Parameter(description = "only acts of this actor, such as `user:ed`")
          @RequestParam(required = false)
          @Nullable String actor,
      @Parameter(description = "only this action, such as `erase`") @RequestParam(required = false)
          @Nullable String action,
      @Parameter(description = "1 to 2000") @RequestParam(defaultValue = "200") int limit) {
    caller.mustBeServer(Scope.READ);
    if (limit < 1 || limit > AuditTrail.KEPT) {
      throw Problem.invalid("limit", "limit is 1 to " + AuditTrail.KEPT + ".");
    }
    List<AuditRecord> found =
        trail.newest(
            act ->
                (actor == null || actor.equals(act.getActor()))
                    && (action == null || action.equals(act.getAction())),
            limit);
    return new Acts(found.stream().map(ActBody::of).toList(), trail.isCaughtUp());
  }
}
