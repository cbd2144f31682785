package dev.attune.responses.playbook;

import dev.attune.core.access.Scope;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.segment.Segment;
import dev.attune.responses.access.Caller;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The playbook in force, and which of its rules have spoken. */
@RestController
class PlaybookController {
  private static final String RULE = "rule:";

  private final LivePlaybook playbook;
  private final MeterRegistry meters;
  private final Instant since;

  PlaybookController(LivePlaybook playbook, MeterRegistry meters, Clock clock) {
    this.playbook = playbook;
    this.meters = meters;
    this.since = clock.instant();
  }

  /**
   * @param since replies are counted since then, by the replica that answers
   * @param warnings what is hardly meant, each with file and line
   * @param refused why a newer one is not in force, each mistake with file and line
   */
  record InForce(
      String name,
      Instant since,
      List<Feature> features,
      List<WrittenSegment> segments,
      List<Slot> slots,
      List<String> warnings,
      List<String> refused) {}

  /**
   * @param kind number, category or tokens
   */
  record Feature(String name, String kind) {}

  /**
   * @param enter the condition by which a user gets into it
   * @param leave and out of it
   */
  record WrittenSegment(String segment, String enter, String leave) {}

  /**
   * @param rules in their order: the first that holds speaks
   * @param genericText what is said otherwise, in the default locale
   * @param generic replies that no rule made, by reason
   */
  record Slot(String slot, List<Rule> rules, String genericText, Map<String, Long> generic) {}

  /**
   * @param when its condition
   * @param text in the default locale, of several wordings the first
   */
  record Rule(String rule, String when, String text, long replies) {}

  @Operation(
      operationId = "playbook",
      summary = "Features, segments and rules as they are in force, and which rules have spoken",
      description =
          "Replies are counted by each replica since its start; `attune_replies_total` adds them"
              + " up where Prometheus reads all replicas.")
  @GetMapping(path = "/v1/playbook", produces = MediaType.APPLICATION_JSON_VALUE)
  InForce playbook(@Parameter(hidden = true) Caller caller) {
    caller.mustBeServer(Scope.READ);
    Playbook inForce = playbook.inForce();
    return new InForce(
        inForce.name(),
        since,
        inForce.features().columns().stream().map(PlaybookController::feature).toList(),
        inForce.segments().segments().stream().map(PlaybookController::segment).toList(),
        inForce.replies().slotNames().stream().map(slot -> slot(inForce, slot)).toList(),
        playbook.warnings(),
        playbook.errors());
  }

  private static Feature feature(FeatureColumn column) {
    return new Feature(column.name(), column.kind().name().toLowerCase(Locale.ROOT));
  }

  private static WrittenSegment segment(Segment segment) {
    return new WrittenSegment(segment.name(), segment.enter().text(), segment.leave().text());
  }

  private Slot slot(Playbook inForce, String slot) {
    Map<String, Long> generic = new TreeMap<>();
    Map<String, Long> byRule = new TreeMap<>();
    for (Counter counter : meters.find("attune.replies").tag("slot", slot).counters()) {
      String reason = String.valueOf(counter.getId().getTag("reason"));
      boolean isRule = reason.startsWith(RULE);
      Map<String, Long> counts = isRule ? byRule : generic;
      String key = isRule ? reason.substring(RULE.length()) : reason;
      counts.merge(key, (long) counter.count(), Long::sum);
    }
    return new Slot(
        slot,
        inForce.replies().writtenRules(slot).stream()
            .map(
                rule ->
                    new Rule(
                        rule.name(),
                        rule.when(),
                        rule.text(),
                        byRule.getOrDefault(rule.name(), 0L)))
            .toList(),
        inForce.replies().writtenGeneric(slot),
        generic);
  }
}
