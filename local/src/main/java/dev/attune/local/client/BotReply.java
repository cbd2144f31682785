package dev.attune.local.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reply of the bot, as far as customers see it and the demo counts it.
 *
 * @param intent the predicted one; absent without a prediction
 * @param variant the experiment's arm; absent outside of experiments
 * @param caughtUp whether the prediction includes the event that was asked for
 */
public record BotReply(
    String decisionId,
    String text,
    List<String> quickReplies,
    boolean personalized,
    String reason,
    @Nullable String experiment,
    @Nullable String variant,
    @Nullable String intent,
    double probability,
    boolean caughtUp) {}
