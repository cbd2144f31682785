package dev.attune.streams.backfill;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether this application recounts the past of another one.
 *
 * @param of the application id of the one that publishes; none: this is no backfill
 * @param publish false: recounts in silence, beside the other; true: publishes from where the other
 *     has stopped, and waits until it has
 */
@ConfigurationProperties("attune.backfill")
public record BackfillSettings(@Nullable String of, @DefaultValue("false") boolean publish) {
  public boolean isOn() {
    return of != null && !of.isBlank();
  }
}
