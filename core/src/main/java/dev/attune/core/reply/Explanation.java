package dev.attune.core.reply;

import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.LabelProbability;
import java.util.ArrayList;
import java.util.List;

/** Why a user got a reply, in sentences for people. */
public final class Explanation {
  private Explanation() {}

  public static List<String> of(Decision decision) {
    List<String> sentences = new ArrayList<>();
    sentences.add(known(decision));
    if (!decision.getSegments().isEmpty()) {
      sentences.add("The user was in: " + String.join(", ", decision.getSegments()) + ".");
    }
    if (decision.getExperiment() != null) {
      sentences.add(
          "In the experiment `%s` the user belongs to `%s`."
              .formatted(decision.getExperiment(), decision.getVariant()));
    }
    sentences.add(because(decision));
    if (Boolean.FALSE.equals(decision.getCaughtUp())) {
      sentences.add("The event that was asked for was not yet included when the wait was over.");
    }
    return sentences;
  }

  private static String known(Decision decision) {
    if (decision.getProbabilities().isEmpty()) {
      return "No prediction was at hand.";
    }
    LabelProbability top = decision.getProbabilities().getFirst();
    return "Model %s %s expected `%s` (%d %%), as of an event received %s before."
        .formatted(
            decision.getModelName(),
            decision.getModelVersion(),
            top.getLabel(),
            Math.round(100 * top.getProbability()),
            age(decision.getAgeMs() == null ? 0 : decision.getAgeMs()));
  }

  private static String because(Decision decision) {
    String reason = decision.getReason();
    String template = decision.getTemplateId();
    return switch (reason) {
      case "store_unavailable" ->
          "The prediction store did not answer in time, so the generic reply was given.";
      case "no_prediction" -> "Nothing was known of the user, so the generic reply was given.";
      case "stale" -> "What was known was too old, so the generic reply was given.";
      case "log_full" ->
          "Decisions could not be recorded, and nobody may see what is not recorded, so the generic"
              + " reply was given.";
      case "control_group" -> "That arm is not personalized, so the generic reply was given.";
      case "template_error" ->
          "A rule held, but its text could not be filled, so the generic reply was given.";
      case "default" ->
          "No rule of slot `%s` held, so the generic reply was given."
              .formatted(decision.getSlot());
      default ->
          "`%s` was the first rule of slot `%s` to hold, so `%s` was said."
              .formatted(decision.getRule(), decision.getSlot(), template);
    };
  }

  private static String age(long ms) {
    if (ms < 1_000) {
      return ms + " ms";
    }
    long seconds = ms / 1_000;
    return seconds < 120 ? seconds + " s" : seconds / 60 + " min";
  }
}
