package dev.attune.responses.user;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.attune.responses.playbook.LivePlaybook;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.StoredPrediction;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a user: as of the newest event, or with features as of now.
 *
 * @param arms the variant first seen, by experiment, as far as the newest prediction knows
 * @param history only when it was asked for
 */
record UserBody(
    String userId,
    @Schema(description = "By name. A feature without a value is null.")
        Map<String, @Nullable Object> features,
    List<String> segments,
    @Schema(description = "The variant by experiment.") Map<String, String> arms,
    @Schema(description = "null until the first event is scored.") @Nullable Prediction prediction,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable HistoryBody history) {
  /** Without a prediction nothing is held but records. */
  static UserBody unscored(String userId) {
    return new UserBody(userId, Map.of(), List.of(), Map.of(), null, null);
  }

  UserBody with(HistoryBody records) {
    return new UserBody(userId, features, segments, arms, prediction, records);
  }

  record Prediction(
      @Schema(description = "The likeliest label.") @Nullable String label,
      @Schema(description = "By label, 0 to 1.") Map<String, Float> probabilities,
      Model model,
      String eventToken,
      long ageMs) {}

  record Model(String name, String version) {}

  static UserBody of(String userId, StoredPrediction held, LivePlaybook playbook, long nowMs) {
    return new UserBody(
        userId,
        playbook.named(held.getVector()),
        held.getSegments(),
        held.getArms(),
        prediction(held, nowMs),
        null);
  }

  static Prediction prediction(StoredPrediction held, long nowMs) {
    Map<String, Float> probabilities = new LinkedHashMap<>();
    for (LabelProbability each : held.getProbabilities()) {
      probabilities.put(each.getLabel(), each.getProbability());
    }
    return new Prediction(
        probabilities.isEmpty() ? null : held.getProbabilities().getFirst().getLabel(),
        probabilities,
        new Model(held.getModelName(), held.getModelVersion()),
        new Position(held.getEpoch(), held.getPartition(), held.getOffset()).token(),
        Math.max(0, nowMs - held.getReceivedAt()));
  }
}
