package dev.attune.core.reply;

import dev.attune.schemas.Position;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.StoredPrediction;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a recorded reply again from its record alone. With the playbook of that time it is the same
 * reply; with another one it shows what that would have said.
 */
public final class ReplyRerun {
  private static final String UNAVAILABLE = "store_unavailable";
  private static final String LOG_FULL = "log_full";

  private ReplyRerun() {}

  public static Reply of(Decision decision, ReplyEngine engine) {
    Instant then = Instant.ofEpochMilli(decision.getDecidedAt());
    boolean loggable = !decision.getReason().equals(LOG_FULL);
    Map<String, List<Double>> weights =
        decision.getExperiment() == null || decision.getArmWeights().isEmpty()
            ? Map.of()
            : Map.of(decision.getExperiment(), decision.getArmWeights());
    return engine.reply(request(decision), answer(decision), loggable, then, weights);
  }

  private static ReplyRequest request(Decision decision) {
    String format = decision.getFormat();
    String timezone = decision.getTimezone();
    return new ReplyRequest(
        decision.getUserId(),
        decision.getSessionId(),
        decision.getSlot(),
        decision.getWantedLocale(),
        decision.getVariables(),
        format == null ? null : TextFormat.valueOf(format.toUpperCase(Locale.ROOT)),
        timezone == null ? null : ZoneId.of(timezone),
        null);
  }

  private static PredictionLookup answer(Decision decision) {
    if (decision.getReason().equals(UNAVAILABLE)) {
      return new PredictionLookup.Unavailable();
    }
    StoredPrediction prediction = prediction(decision);
    return prediction == null
        ? new PredictionLookup.Nothing()
        : new PredictionLookup.Held(prediction);
  }

  private static @Nullable StoredPrediction prediction(Decision decision) {
    if (decision.getVector() == null || decision.getModelName() == null) {
      return null;
    }
    String token = decision.getEventToken() == null ? "0-0" : decision.getEventToken();
    Position position = Position.parse(token);
    long age = decision.getAgeMs() == null ? 0 : decision.getAgeMs();
    long receivedAt = decision.getDecidedAt() - age;
    return StoredPrediction.newBuilder()
        .setEpoch(position.epoch())
        .setPartition(position.partition())
        .setOffset(position.offset())
        .setOccurredAt(receivedAt)
        .setReceivedAt(receivedAt)
        .setPredictedAt(receivedAt)
        .setModelName(decision.getModelName())
        .setModelVersion(String.valueOf(decision.getModelVersion()))
        .setProbabilities(decision.getProbabilities())
        .setVector(decision.getVector())
        .setSegments(decision.getSegments())
        .setTextScores(decision.getTextScores())
        .setArms(arms(decision))
        .build();
  }

  /** The arm of that time, whatever the weights are now. */
  private static Map<String, String> arms(Decision decision) {
    String experiment = decision.getExperiment();
    String variant = decision.getVariant();
    return experiment == null || variant == null ? Map.of() : Map.of(experiment, variant);
  }
}
