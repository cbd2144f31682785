package dev.attune.inference.model;

import dev.attune.core.scoring.BundleKeys;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.modelstore.ModelStores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Where models come from.
 *
 * @param dir the registry: a folder with one subfolder a playbook, or {@code s3://bucket/prefix}
 * @param s3Endpoint of an S3-compatible storage that is not Amazon's; empty: Amazon's
 * @param playbook the playbook's folder; its name is the registry's subfolder
 * @param interval how often the registry is asked what is live: a file read, so often enough that a
 *     promotion feels immediate
 * @param retry after which a refused model is tried again, in case its files were still being
 *     copied
 * @param remoteSecret presented to those servers of remote models that are listed next, over TLS
 *     only: which servers there are, a model's manifest says, and who writes that need not know the
 *     secret; empty: nothing is
 * @param remoteSecretTargets the servers that get the secret, {@code host:port} as manifests name
 *     them
 * @param trustedKeys public keys as PEM, or a file with them, of which one must have signed a
 *     version; empty: all versions are believed
 */
@ConfigurationProperties("attune.models")
public record ModelSettings(
    @DefaultValue("models") String dir,
    @Nullable String s3Endpoint,
    @DefaultValue("playbooks/support") Path playbook,
    @DefaultValue("1s") Duration interval,
    @DefaultValue("30s") Duration retry,
    @Nullable String remoteSecret,
    @DefaultValue List<String> remoteSecretTargets,
    @Nullable String trustedKeys) {
  public ModelSettings {
    Assert.isTrue(playbook.getFileName() != null, "attune.models.playbook must name a folder");
    remoteSecret = remoteSecret == null || remoteSecret.isBlank() ? null : remoteSecret;
    remoteSecretTargets = List.copyOf(remoteSecretTargets);
    trustedKeys = trustedKeys == null || trustedKeys.isBlank() ? null : trustedKeys;
    Assert.isTrue(
        remoteSecret == null || !remoteSecretTargets.isEmpty(),
        "attune.models.remote-secret-targets must name the servers that get the remote secret");
    Assert.isTrue(interval.isPositive(), "attune.models.interval must be positive");
    Assert.isTrue(retry.isPositive(), "attune.models.retry must be positive");
  }

  RemoteSecret secretOfServers() {
    return new RemoteSecret(remoteSecret, remoteSecretTargets);
  }

  /** The registry of this playbook. */
  public ModelRegistry registry() {
    String name = playbook.toAbsolutePath().normalize().getFileName().toString();
    return ModelStores.registry(dir, name, s3Endpoint, BundleKeys.read(null, trustedKeys));
  }
}
