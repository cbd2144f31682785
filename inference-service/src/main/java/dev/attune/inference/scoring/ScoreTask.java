package dev.attune.inference.scoring;

import dev.attune.core.feature.FeatureRow;
import dev.attune.schemas.Position;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A user to bring to the version {@code position}. Times are milliseconds since 1970. */
public sealed interface ScoreTask {
  String userId();

  Position position();

  /**
   * Score this row and store the prediction.
   *
   * @param arms the experiment arm first seen, by experiment: stored beside the prediction
   */
  record Score(
      String userId,
      @Nullable String sessionId,
      Position position,
      long occurredAt,
      long receivedAt,
      FeatureRow row,
      List<String> segments,
      Map<String, String> arms)
      implements ScoreTask {}

  /** The user was erased: nothing may stay readable. */
  record Erase(String userId, Position position) implements ScoreTask {}
}
