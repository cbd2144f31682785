package dev.attune.responses.reply;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.attune.core.experiment.Assignment;
import dev.attune.core.reply.QuickReply;
import dev.attune.core.reply.Reply;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.StoredPrediction;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reply as clients see it. What depends on a prediction is there whenever one exists, in the
 * control group too.
 */
@JsonInclude(Include.NON_NULL)
record ReplyBody(
    String decisionId,
    String text,
    String templateId,
    List<QuickReply> quickReplies,
    @Schema(description = "Where to pass the user on to, if the playbook says so.")
        @Nullable Handoff handoff,
    boolean personalized,
    @Schema(
            description =
                "Why this reply: `rule:<name>`, or why it is the generic one, such as"
                    + " `no_prediction`.")
        String reason,
    @Nullable String experiment,
    @Nullable String variant,
    @Schema(description = "What the user is predicted to want. Missing without a prediction.")
        @Nullable Intent intent,
    @Schema(description = "The user's segments.") @Nullable List<String> segments,
    @Nullable Model model,
    @Nullable Freshness freshness) {
  /**
   * Who should take over.
   *
   * @param note for that person; a browser is not told it, for there the user reads it
   */
  @JsonInclude(Include.NON_NULL)
  record Handoff(
      String to,
      @Schema(
              description =
                  "For the person who takes over. Only servers are told it: missing for a write"
                      + " key, and if the playbook has none.")
          @Nullable String note) {}

  record Intent(String label, float probability) {}

  record Model(String name, String version) {}

  /**
   * How new the prediction is.
   *
   * @param warning {@code token_epoch}: the token that was asked for is of another epoch than this
   *     service's
   */
  @Schema(name = "ReplyFreshness")
  @JsonInclude(Include.NON_NULL)
  record Freshness(
      String eventToken,
      @Schema(description = "Whether the prediction includes the event of `after`.")
          boolean caughtUp,
      @Schema(description = "Time since the prediction's event was received.") long ageMs,
      @Schema(
              allowableValues = "token_epoch",
              description =
                  "Present only if something is wrong: the token in `after` is of another epoch"
                      + " than this service's (docs/operations.md).")
          @Nullable String warning) {}

  /**
   * @param warning of the token that was asked for
   */
  static ReplyBody of(String decisionId, Reply reply, @Nullable String warning) {
    Assignment arm = reply.assignment();
    StoredPrediction prediction = reply.prediction();
    return new ReplyBody(
        decisionId,
        reply.message().text(),
        reply.message().templateId(),
        reply.message().quickReplies(),
        handoff(reply.message().handoff()),
        reply.personalized(),
        reply.reason(),
        arm == null ? null : arm.experiment(),
        arm == null ? null : arm.variant(),
        intent(prediction),
        prediction == null ? null : prediction.getSegments(),
        prediction == null
            ? null
            : new Model(prediction.getModelName(), prediction.getModelVersion()),
        freshness(reply.freshness(), warning));
  }

  /** What the user's own device may be told, since there everything can be read. */
  ReplyBody forTheUser() {
    return handoff == null || handoff.note() == null
        ? this
        : new ReplyBody(
            decisionId,
            text,
            templateId,
            quickReplies,
            new Handoff(handoff.to(), null),
            personalized,
            reason,
            experiment,
            variant,
            intent,
            segments,
            model,
            freshness);
  }

  private static @Nullable Handoff handoff(dev.attune.core.reply.@Nullable Handoff handoff) {
    return handoff == null ? null : new Handoff(handoff.to(), handoff.note());
  }

  private static @Nullable Freshness freshness(
      Reply.@Nullable Freshness freshness, @Nullable String warning) {
    return freshness == null
        ? null
        : new Freshness(freshness.eventToken(), freshness.caughtUp(), freshness.ageMs(), warning);
  }

  private static @Nullable Intent intent(@Nullable StoredPrediction prediction) {
    if (prediction == null || prediction.getProbabilities().isEmpty()) {
      return null;
    }
    LabelProbability top = prediction.getProbabilities().getFirst();
    return new Intent(top.getLabel(), top.getProbability());
  }
}
