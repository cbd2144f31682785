package dev.attune.streams.backfill;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Whether this application recounts the past of another one.
 *
 * @param of the application id of the one that publishes; none: this is no backfill
 * @param publish false: recounts in silence, beside the other; true: publishes from where the other
 *     has stopped, and waits until it has
 * @param past the topic that holds what {@code interaction-events} has lost: it is read in that
 *     one's place; none: nothing is lost, or it has been read
 */
@ConfigurationProperties("attune.backfill")
public record BackfillSettings(
    @Nullable String of, @DefaultValue("false") boolean publish, @Nullable String past) {
  public BackfillSettings {
    Assert.isTrue(
        isBlank(past) || (!isBlank(of) && !publish),
        "attune.backfill.past needs attune.backfill.of, and attune.backfill.publish must be false");
  }

  public boolean isOn() {
    return !isBlank(of);
  }

  /** Whether the topic of the past is read in place of {@code interaction-events}. */
  public boolean readsPast() {
    return !isBlank(past);
  }

  private static boolean isBlank(@Nullable String text) {
    return text == null || text.isBlank();
  }
}
