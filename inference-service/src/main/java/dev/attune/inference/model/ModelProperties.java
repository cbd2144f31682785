package dev.attune.inference.model;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where models come from.
 *
 * @param dir the registry's folder, one subfolder a playbook
 * @param playbook the playbook's folder; its name is the registry's subfolder
 * @param interval how often the registry is asked what is live: a file read, so often enough that a
 *     promotion feels immediate
 * @param retry after which a refused model is tried again, in case its files were still being
 *     copied
 * @param remoteSecret presented to the servers of remote models; empty: nothing is
 */
@ConfigurationProperties("attune.models")
public record ModelProperties(
    @DefaultValue("models") Path dir,
    @DefaultValue("playbooks/support") Path playbook,
    @DefaultValue("1s") Duration interval,
    @DefaultValue("30s") Duration retry,
    @Nullable String remoteSecret) {

  public ModelProperties {
    if (playbook.getFileName() == null) {
      throw new IllegalArgumentException("attune.models.playbook must name a folder");
    }
    if (!interval.isPositive() || !retry.isPositive()) {
      throw new IllegalArgumentException("attune.models: interval and retry must be positive");
    }
  }

  /** The registry's folder of this playbook. */
  public Path root() {
    return dir.resolve(playbook.toAbsolutePath().normalize().getFileName().toString());
  }
}
