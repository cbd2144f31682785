package dev.attune.responses.label;

import dev.attune.core.access.Scope;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.http.Problem;
import dev.attune.responses.access.Caller;
import dev.attune.responses.audit.Audit;
import dev.attune.responses.erasure.ErasureLog;
import dev.attune.responses.playbook.LivePlaybook;
import dev.attune.schemas.avro.PersonLabel;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What people are asked of messages, and what they say; for servers and the console. */
@RestController
class LabelController {
  /** Some hundred kilobytes at the usual length of messages. */
  private static final int MOST = 200;

  private final LivePlaybook playbook;
  private final UnsureMessages unsure;
  private final LabelLog log;
  private final Labels labels;
  private final ErasureLog erasures;
  private final Audit audit;

  LabelController(
      LivePlaybook playbook,
      UnsureMessages unsure,
      LabelLog log,
      Labels labels,
      ErasureLog erasures,
      Audit audit) {
    this.playbook = playbook;
    this.unsure = unsure;
    this.log = log;
    this.labels = labels;
    this.erasures = erasures;
    this.audit = audit;
  }

  /**
   * @param questions the least sure first
   * @param labels among which a person chooses
   * @param learns false: training.yaml declares no label, so nothing can be asked
   * @param predictions how many of the newest were looked at; 0: no model has scored anything yet
   * @param labelled how many messages have a label of a person
   * @param complete false: the time was over before all of them were read
   */
  record Questions(
      List<Question> questions,
      List<String> labels,
      boolean learns,
      int predictions,
      int labelled,
      boolean complete) {}

  /**
   * A message of which the model was not sure.
   *
   * @param modelVersion which version scored it
   * @param likeliest at most three labels, the likeliest first
   */
  record Question(
      String eventId,
      String userId,
      String text,
      Instant occurredAt,
      String modelVersion,
      List<Likely> likeliest) {
    static Question of(UnsureMessages.Message message) {
      return new Question(
          message.eventId(),
          message.userId(),
          message.text(),
          message.occurredAt(),
          message.modelVersion(),
          message.likeliest().stream()
              .map(one -> new Likely(one.getLabel(), one.getProbability()))
              .toList());
    }
  }

  /** A label and its probability, 0 to 1. */
  record Likely(String label, double probability) {}

  /** What people said. */
  record GivenLabels(List<GivenLabel> labels) {}

  /**
   * What a person said of a message.
   *
   * @param label null: it was taken back
   * @param labelledAt null: it was taken back
   */
  record GivenLabel(String eventId, @Nullable String label, @Nullable Instant labelledAt) {
    static GivenLabel of(PersonLabel label) {
      return new GivenLabel(
          label.getEventId(), label.getLabel(), Instant.ofEpochMilli(label.getLabelledAt()));
    }
  }

  @Operation(
      operationId = "labelQuestions",
      summary = "Messages of late of which the model was least sure, for a person to label",
      description =
          "Of the newest 2,000 predictions of each partition those of messages with a text whose"
              + " two likeliest labels are closest; of equal texts one. Messages of erased users"
              + " and texts that have a label are left out. It reads for 10 s at most and serves"
              + " two requests at a time; others wait a few seconds. The audit log has who asked.")
  @GetMapping(path = "/v1/labels/questions", produces = MediaType.APPLICATION_JSON_VALUE)
  Questions questions(
      @Parameter(hidden = true) Caller caller,
      @Parameter(hidden = true) ServerHttpRequest request,
      @Parameter(description = "1 to 200") @RequestParam(defaultValue = "50") int count) {
    caller.mustBeServer(Scope.READ);
    if (count < 1 || count > MOST) {
      throw Problem.invalid("count", "count is 1 to " + MOST + ".");
    }
    mustBeCaughtUp();
    erasures.mustBeComplete();
    TrainingSpec.Label learned = playbook.training().label();
    if (learned == null) {
      return new Questions(List.of(), List.of(), false, 0, log.all().size(), true);
    }
    audit.allow(caller, request, "messages_read");
    UnsureMessages.Found found = unsure.find(count);
    return new Questions(
        found.messages().stream().map(Question::of).toList(),
        learned.values().isEmpty() ? List.copyOf(found.labels()) : learned.values(),
        true,
        found.predictions(),
        log.all().size(),
        found.complete());
  }

  @Operation(
      operationId = "labels",
      summary = "What people said that messages were about",
      description = "All labels that hold, by event. Training learns from them first.")
  @GetMapping(path = "/v1/labels", produces = MediaType.APPLICATION_JSON_VALUE)
  GivenLabels labels(@Parameter(hidden = true) Caller caller) {
    caller.mustBeServer(Scope.READ);
    mustBeCaughtUp();
    return new GivenLabels(
        log.all().stream()
            .sorted(Comparator.comparing(PersonLabel::getEventId))
            .map(GivenLabel::of)
            .toList());
  }

  @Operation(
      operationId = "labelMessage",
      summary = "Says what a message was about, or takes that back",
      description =
          "The newest word holds. It is recorded in `audit` first. Only the event's id and the"
              + " label are kept, so nothing remains of the message when its user is erased.")
  @PostMapping(path = "/v1/labels", produces = MediaType.APPLICATION_JSON_VALUE)
  GivenLabel label(
      @Parameter(hidden = true) Caller caller,
      @Parameter(hidden = true) ServerHttpRequest request,
      @RequestBody LabelRequest said) {
    caller.mustBeServer(Scope.MODELS);
    mustBeCaughtUp();
    LabelRequest.Checked checked = said.checked(playbook.training().label());
    PersonLabel label = labels.take(checked, audit.actor(caller, request));
    return label == null ? new GivenLabel(checked.eventId(), null, null) : GivenLabel.of(label);
  }

  /** Before, it is not known what has a label. */
  private void mustBeCaughtUp() {
    if (!log.isCaughtUp()) {
      throw Problem.unavailable("The labels are being read.");
    }
  }
}
