package dev.attune.responses.decision;

import dev.attune.core.experiment.Assignment;
import dev.attune.core.reply.Reply;
import dev.attune.core.reply.ReplyRequest;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.QuickReply;
import dev.attune.schemas.avro.StoredPrediction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes down a reply with all it was made of. By setters: the builder would check each field and
 * copy each default, which {@link DecisionLog} does in writing anyway.
 */
public final class DecisionRecords {
  private DecisionRecords() {}

  public static Decision of(String id, ReplyRequest request, Reply reply, Instant now) {
    Decision decision = new Decision();
    decision.setDecisionId(id);
    decision.setUserId(request.userId());
    decision.setSessionId(request.sessionId());
    decision.setSlot(request.slot());
    decision.setLocale(reply.message().locale());
    decision.setDecidedAt(now.toEpochMilli());
    decision.setPersonalized(reply.personalized());
    decision.setReason(reply.reason());
    decision.setRule(reply.rule());
    decision.setTemplateId(reply.message().templateId());
    decision.setText(reply.message().text());
    decision.setQuickReplies(quickReplies(reply));
    decision.setWantedLocale(request.locale());
    decision.setFormat(
        request.format() == null ? null : request.format().name().toLowerCase(Locale.ROOT));
    decision.setTimezone(request.zone() == null ? null : request.zone().getId());
    decision.setHandoff(reply.message().handoff() == null ? null : reply.message().handoff().to());
    decision.setVariables(reply.variables());
    addArm(decision, reply.assignment());
    addPrediction(decision, reply.prediction());
    if (reply.freshness() != null) {
      decision.setEventToken(reply.freshness().eventToken());
      decision.setCaughtUp(reply.freshness().caughtUp());
      decision.setAgeMs(reply.freshness().ageMs());
    }
    return decision;
  }

  private static void addArm(Decision decision, @Nullable Assignment arm) {
    decision.setArmWeights(arm == null ? List.of() : arm.weights());
    if (arm != null) {
      decision.setExperiment(arm.experiment());
      decision.setVariant(arm.variant());
    }
  }

  private static void addPrediction(Decision decision, @Nullable StoredPrediction prediction) {
    if (prediction == null) {
      decision.setProbabilities(List.of());
      decision.setSegments(List.of());
      decision.setTextScores(List.of());
      return;
    }
    decision.setModelName(prediction.getModelName());
    decision.setModelVersion(prediction.getModelVersion());
    decision.setProbabilities(prediction.getProbabilities());
    decision.setVector(prediction.getVector());
    decision.setSegments(prediction.getSegments());
    decision.setTextScores(prediction.getTextScores());
    decision.setCanary(prediction.getCanary());
    decision.setCanaryShare(prediction.getCanaryShare());
    decision.setCanaryLive(prediction.getCanaryLive());
  }

  private static List<QuickReply> quickReplies(Reply reply) {
    List<QuickReply> buttons = new ArrayList<>(reply.message().quickReplies().size());
    reply.message().quickReplies().forEach(b -> buttons.add(new QuickReply(b.label(), b.value())));
    return buttons;
  }
}
