package dev.attune.responses.decision;

import dev.attune.core.access.Scope;
import dev.attune.core.user.ErasedUsers;
import dev.attune.http.Problem;
import dev.attune.responses.access.Caller;
import dev.attune.responses.erasure.ErasureLog;
import dev.attune.responses.playbook.LivePlaybook;
import dev.attune.schemas.avro.Decision;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The edge of {@code GET /v1/decisions/{decisionId}}. */
@RestController
class DecisionController {
  private final DecisionIds ids;
  private final DecisionLog log;
  private final DecisionTopic topic;
  private final LivePlaybook playbook;
  private final Contributions contributions;
  private final ErasureLog erasures;

  DecisionController(
      DecisionIds ids,
      DecisionLog log,
      DecisionTopic topic,
      LivePlaybook playbook,
      Contributions contributions,
      ErasureLog erasures) {
    this.ids = ids;
    this.log = log;
    this.topic = topic;
    this.playbook = playbook;
    this.contributions = contributions;
    this.erasures = erasures;
  }

  @Operation(
      operationId = "decision",
      summary = "Why this reply was given: what it was made from, and in plain words",
      description =
          "A secret key reads any decision. A write key with `Attune-User-Signature` reads those of"
              + " that user; for another user's decision, and for one that doesn't exist, it is"
              + " answered 403. For the latter a secret key is answered 404. Any instance finds a"
              + " decision right after the reply: one that is less than 3 s old and not recorded yet"
              + " is waited for.")
  @GetMapping(path = "/v1/decisions/{decisionId}", produces = MediaType.APPLICATION_JSON_VALUE)
  DecisionBody decision(@Parameter(hidden = true) Caller caller, @PathVariable String decisionId) {
    Optional<DecisionId> id = DecisionId.parse(decisionId);
    Decision decision =
        switch (caller) {
          case Caller.Server server -> any(server, id);
          case Caller.Browser browser -> own(browser, id);
        };
    return DecisionBody.of(decision, playbook, contributions.of(decision).orElse(null));
  }

  private Decision any(Caller.Server server, Optional<DecisionId> id) {
    server.must(Scope.READ);
    return id.flatMap(this::find).orElseThrow(() -> Problem.notFound("There is no such decision."));
  }

  /** Nothing is looked up for a browser that can't be anybody, nor an id that nobody made. */
  private Decision own(Caller.Browser browser, Optional<DecisionId> id) {
    browser.mustBePlausible();
    return id.filter(ids::isOurs)
        .flatMap(this::find)
        .filter(decision -> browser.reach(decision.getUserId()).isPresent())
        .orElseThrow(Caller.Browser::refusal);
  }

  private Optional<Decision> find(DecisionId id) {
    ErasedUsers erased = erasures.erased();
    return log.recent(id)
        .or(() -> topic.find(id))
        .filter(d -> !erased.excludes(d.getUserId(), d.getDecidedAt()));
  }
}
