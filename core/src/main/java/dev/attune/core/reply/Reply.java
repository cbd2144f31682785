package dev.attune.core.reply;

import dev.attune.core.experiment.Assignment;
import dev.attune.schemas.avro.StoredPrediction;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to say, and all it was made of.
 *
 * @param reason the first that holds of: store_unavailable, no_prediction, stale, log_full,
 *     control_group, template_error, rule:&lt;name&gt;, default
 * @param rule the rule that spoke; null: the reply is generic
 * @param assignment the experiment's arm; present whatever the reason (intention to treat)
 * @param prediction what was known, also when it was not used
 * @param variables those that were used, declared and trimmed
 */
public record Reply(
    Message message,
    String reason,
    @Nullable String rule,
    @Nullable Assignment assignment,
    @Nullable StoredPrediction prediction,
    Map<String, String> variables,
    @Nullable Freshness freshness) {
  /**
   * What the user reads.
   *
   * @param templateId names the text; of a generic reply {@code generic.<slot>}
   * @param locale the locale the text was found in
   */
  public record Message(
      String text,
      String templateId,
      String locale,
      List<QuickReply> quickReplies,
      @Nullable Handoff handoff) {}

  /** Whether a rule spoke. */
  public boolean personalized() {
    return rule != null;
  }

  /**
   * How new the prediction is.
   *
   * @param caughtUp it includes the event that was asked for; true when none was
   * @param ageMs since its event was received
   */
  public record Freshness(String eventToken, boolean caughtUp, long ageMs) {}
}
