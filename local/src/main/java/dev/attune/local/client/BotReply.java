package dev.attune.local.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reply of the bot, as far as customers see it and the demo counts it.
 *
 * @param variant the experiment's arm; absent outside of experiments
 */
public record BotReply(
    String decisionId,
    String text,
    List<String> quickReplies,
    boolean personalized,
    String reason,
    @Nullable String experiment,
    @Nullable String variant,
    Prediction prediction) {
  /**
   * What the bot took the user to want.
   *
   * @param intent absent without a prediction
   * @param caughtUp whether the prediction includes the event that was asked for
   */
  public record Prediction(@Nullable String intent, double probability, boolean caughtUp) {
    public static final Prediction NONE = new Prediction(null, 0, false);
  }

  public @Nullable String intent() {
    return prediction.intent();
  }

  public boolean caughtUp() {
    return prediction.caughtUp();
  }
}
