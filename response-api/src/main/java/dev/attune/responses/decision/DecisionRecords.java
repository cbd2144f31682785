package dev.attune.responses.decision;

import dev.attune.core.experiment.Assignment;
import dev.attune.core.reply.Reply;
import dev.attune.core.reply.ReplyRequest;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.QuickReply;
import dev.attune.schemas.avro.StoredPrediction;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Writes down a reply with all it was made of. */
public final class DecisionRecords {

  private DecisionRecords() {}

  public static Decision of(String id, ReplyRequest request, Reply reply, Instant now) {
    Assignment arm = reply.assignment();
    Decision decision =
        Decision.newBuilder()
            .setDecisionId(id)
            .setUserId(request.userId())
            .setSessionId(request.sessionId())
            .setSlot(request.slot())
            .setLocale(reply.locale())
            .setDecidedAt(now.toEpochMilli())
            .setPersonalized(reply.personalized())
            .setReason(reply.reason())
            .setRule(reply.rule())
            .setTemplateId(reply.templateId())
            .setText(reply.text())
            .setQuickReplies(quickReplies(reply))
            .setExperiment(arm == null ? null : arm.experiment())
            .setVariant(arm == null ? null : arm.variant())
            .setWantedLocale(request.locale())
            .setFormat(
                request.format() == null ? null : request.format().name().toLowerCase(Locale.ROOT))
            .setTimezone(request.zone() == null ? null : request.zone().getId())
            .setHandoff(reply.handoff() == null ? null : reply.handoff().to())
            .setArmWeights(arm == null ? List.of() : arm.weights())
            .setVariables(reply.variables())
            .build();
    if (reply.prediction() != null) {
      addPrediction(decision, reply.prediction());
    }
    if (reply.freshness() != null) {
      decision.setEventToken(reply.freshness().eventToken());
      decision.setCaughtUp(reply.freshness().caughtUp());
      decision.setAgeMs(reply.freshness().ageMs());
    }
    return decision;
  }

  private static void addPrediction(Decision decision, StoredPrediction prediction) {
    decision.setModelName(prediction.getModelName());
    decision.setModelVersion(prediction.getModelVersion());
    decision.setProbabilities(prediction.getProbabilities());
    decision.setVector(prediction.getVector());
    decision.setSegments(prediction.getSegments());
    decision.setTextScores(prediction.getTextScores());
  }

  private static List<QuickReply> quickReplies(Reply reply) {
    return reply.quickReplies().stream()
        .map(button -> new QuickReply(button.label(), button.value()))
        .toList();
  }
}
