package dev.attune.responses.trail;

import dev.attune.core.access.Scope;
import dev.attune.http.Problem;
import dev.attune.responses.access.Caller;
import dev.attune.responses.erasure.ErasureLog;
import dev.attune.responses.trail.NewestActs.Place;
import dev.attune.schemas.avro.AuditRecord;
import dev.attune.schemas.json.EventRules;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Who did what, for servers and the console. */
@RestController
class AuditController {
  private static final int MOST = 500;

  private final AuditTrail trail;
  private final ErasureLog erasures;

  AuditController(AuditTrail trail, ErasureLog erasures) {
    this.trail = trail;
    this.erasures = erasures;
  }

  /**
   * @param acts newest first
   * @param next what to ask as `before` for the ones that follow; null: these are all
   * @param complete false: the topic is still being read, so some may be missing
   */
  record Acts(List<ActBody> acts, @Nullable String next, boolean complete) {}

  /**
   * One act.
   *
   * @param service which service wrote it
   * @param actor {@code user:<name at the console>}, {@code key:<name>}, {@code file:keys} or
   *     {@code job:retrain}
   * @param via the key that says on whose behalf it acts; null: the actor came himself
   * @param outcome allowed, refused or done
   * @param subject {@code user:<keyed hash>}, {@code model:<version>}, {@code experiment:<id>},
   *     {@code event:<id>} or {@code key:<name>}
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
          "Of the newest 2,000 records of each action, as far as the last 200,000 of each partition"
              + " have them: an erasure is found however many looks followed. Users are named by"
              + " the keyed hash of their ids, never by the ids. The topic `audit` keeps a year.")
  @GetMapping(path = "/v1/audit", produces = MediaType.APPLICATION_JSON_VALUE)
  Acts audit(
      @Parameter(hidden = true) Caller caller,
      @Parameter(description = "only acts of this actor, such as `user:ed`")
          @RequestParam(required = false)
          @Nullable String actor,
      @Parameter(description = "only these actions, such as `erase`")
          @RequestParam(required = false)
          @Nullable Set<String> action,
      @Parameter(description = "only acts that concern this user") @RequestParam(required = false)
          @Nullable String userId,
      @Parameter(description = "`next` of an earlier answer: only acts that follow its acts")
          @RequestParam(required = false)
          @Nullable String before,
      @Parameter(description = "1 to 500") @RequestParam(defaultValue = "200") int limit) {
    caller.mustBeServer(Scope.READ);
    if (limit < 1 || limit > MOST) {
      throw Problem.invalid("limit", "limit is 1 to " + MOST + ".");
    }
    if (userId != null && !EventRules.isIdentifier(userId)) {
      throw Problem.invalid("userId", "userId: 1 to 128 characters, no control characters.");
    }
    String subject = userId == null ? null : "user:" + erasures.hash(userId);
    List<AuditRecord> found =
        trail.newest(
            act ->
                (actor == null || actor.equals(act.getActor()))
                    && (action == null || action.contains(act.getAction()))
                    && (subject == null || subject.equals(act.getSubject())),
            place(before),
            limit + 1);
    List<AuditRecord> shown = found.stream().limit(limit).toList();
    return new Acts(
        shown.stream().map(ActBody::of).toList(),
        found.size() > limit ? Place.of(shown.getLast()).text() : null,
        trail.isCaughtUp());
  }

  private static @Nullable Place place(@Nullable String before) {
    try {
      return before == null ? null : Place.parse(before);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("before", "before is `next` of an earlier answer.");
    }
  }
}
