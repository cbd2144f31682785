package dev.attune.core.reply;

import dev.attune.core.experiment.GrowthBookHash;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a rule says: wordings to choose between, each in several locales, and buttons.
 *
 * @param wordings one or more; a user keeps his within a session
 */
record ReplyContent(
    String templateId, List<Wording> wordings, List<Button> buttons, @Nullable Handoff handoff) {
  /** One wording; chosen in proportion to its weight. */
  record Wording(double weight, Map<String, TextTemplate> byLocale) {}

  record Button(String value, Map<String, TextTemplate> labels) {}

  Wording wording(String user, String session) {
    if (wordings.size() == 1) {
      return wordings.getFirst();
    }
    double total = wordings.stream().mapToDouble(Wording::weight).sum();
    double[] weights = wordings.stream().mapToDouble(w -> w.weight() / total).toArray();
    double bucket = GrowthBookHash.bucket(templateId, user + " " + session);
    int chosen = GrowthBookHash.choose(bucket, GrowthBookHash.ranges(wordings.size(), 1, weights));
    return wordings.get(Math.max(0, chosen));
  }
}
