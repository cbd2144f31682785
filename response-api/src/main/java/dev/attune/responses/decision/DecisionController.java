package dev.attune.responses.decision;

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
  private final DecisionLog log;
  private final DecisionTopic topic;
  private final LivePlaybook playbook;
  private final Contributions contributions;
  private final ErasureLog erasures;

  DecisionController(
      DecisionLog log,
      DecisionTopic topic,
      LivePlaybook playbook,
      Contributions contributions,
      ErasureLog erasures) {
    this.log = log;
    this.topic = topic;
    this.playbook = playbook;
    this.contributions = contributions;
    this.erasures = erasures;
  }

  @Operation(
      operationId = "decision",
      summary = "Why this reply: what it was made of, and in plain words")
  @GetMapping(path = "/v1/decisions/{decisionId}", produces = MediaType.APPLICATION_JSON_VALUE)
  DecisionBody decision(@Parameter(hidden = true) Caller caller, @PathVariable String decisionId) {
    Decision decision =
        find(decisionId)
            .filter(d -> !erasures.erased().excludes(d.getUserId(), d.getDecidedAt()))
            .orElseThrow(() -> Problem.notFound("There is no such decision."));
    caller.mustReach(decision.getUserId());
    return DecisionBody.of(decision, playbook, contributions.of(decision).orElse(null));
  }

  private Optional<Decision> find(String id) {
    return DecisionId.parse(id).flatMap(known -> log.recent(known).or(() -> topic.find(known)));
  }
}
