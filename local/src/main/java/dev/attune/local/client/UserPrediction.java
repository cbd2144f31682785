package dev.attune.local.client;

import dev.attune.schemas.Position;
import java.util.List;

/**
 * The prediction readable for a user.
 *
 * @param ranked labels, the most probable first
 * @param eventToken the newest event it includes
 */
public record UserPrediction(List<String> ranked, String model, String eventToken) {
  /** Whether the prediction knows the event of the token, or a later one of the same user. */
  public boolean includes(String token) {
    return !Position.parse(token).isAfter(Position.parse(eventToken));
  }
}
