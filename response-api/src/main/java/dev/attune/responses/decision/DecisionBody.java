package dev.attune.responses.decision;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.attune.core.reply.Explanation;
import dev.attune.responses.playbook.LivePlaybook;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.LabelProbability;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A decision as clients see it: the reply, all it was made of, and why, in words. */
@JsonInclude(Include.NON_NULL)
record DecisionBody(
    String decisionId,
    String userId,
    @Nullable String sessionId,
    Instant decidedAt,
    String slot,
    @Nullable String locale,
    @Nullable String wantedLocale,
    @Nullable String format,
    @Nullable String timezone,
    String text,
    String templateId,
    List<Button> quickReplies,
    boolean personalized,
    String reason,
    @Nullable String rule,
    @Nullable String experiment,
    @Nullable String variant,
    List<Double> armWeights,
    @Nullable String handoff,
    @Nullable Prediction prediction,
    @Nullable Map<String, @Nullable Object> features,
    List<String> segments,
    @Nullable Freshness freshness,
    Map<String, String> variables,
    List<String> explanation) {
  record Button(String label, String value) {}

  /**
   * @param contributions how much each feature moved the label's margin, the largest first; absent
   *     when the model can't be asked
   */
  @JsonInclude(Include.NON_NULL)
  record Prediction(
      String label,
      Map<String, Float> probabilities,
      Model model,
      @Nullable Map<String, Double> contributions) {}

  record Model(String name, String version) {}

  record Freshness(String eventToken, boolean caughtUp, long ageMs) {}

  static DecisionBody of(
      Decision decision, LivePlaybook playbook, @Nullable Map<String, Double> contributions) {
    return new DecisionBody(
        decision.getDecisionId(),
        decision.getUserId(),
        decision.getSessionId(),
        Instant.ofEpochMilli(decision.getDecidedAt()),
        decision.getSlot(),
        decision.getLocale(),
        decision.getWantedLocale(),
        decision.getFormat(),
        decision.getTimezone(),
        decision.getText(),
        decision.getTemplateId(),
        decision.getQuickReplies().stream()
            .map(button -> new Button(button.getLabel(), button.getValue()))
            .toList(),
        decision.getPersonalized(),
        decision.getReason(),
        decision.getRule(),
        decision.getExperiment(),
        decision.getVariant(),
        decision.getArmWeights(),
        decision.getHandoff(),
        prediction(decision, contributions),
        decision.getVector() == null ? null : playbook.named(decision.getVector()),
        decision.getSegments(),
        freshness(decision),
        decision.getVariables(),
        Explanation.of(decision));
  }

  private static @Nullable Prediction prediction(
      Decision decision, @Nullable Map<String, Double> contributions) {
    String model = decision.getModelName();
    String version = decision.getModelVersion();
    if (model == null || version == null || decision.getProbabilities().isEmpty()) {
      return null;
    }
    Map<String, Float> probabilities = new LinkedHashMap<>();
    for (LabelProbability each : decision.getProbabilities()) {
      probabilities.put(each.getLabel(), each.getProbability());
    }
    String label = decision.getProbabilities().getFirst().getLabel();
    return new Prediction(label, probabilities, new Model(model, version), contributions);
  }

  private static @Nullable Freshness freshness(Decision decision) {
    String token = decision.getEventToken();
    Boolean caughtUp = decision.getCaughtUp();
    Long age = decision.getAgeMs();
    return token == null || caughtUp == null || age == null
        ? null
        : new Freshness(token, caughtUp, age);
  }
}
