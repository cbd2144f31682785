package dev.attune.inference.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.KeyRing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Keys that are accepted. There is no default: without one nobody may score, since who can score
 * could freeze a user with a huge version.
 *
 * @param keys the installation's keys, name, role, sha256 and if wanted origins, scopes and expires
 *     each; only those with role SECRET and scope models count here
 * @param keysFile more keys, a line each: {@code name role sha256 [scopes=…] [expires=…]
 *     [origin…]}; read again when it changes: rotation without a restart
 * @param keysReload how often the file is looked at; the longest a withdrawn key still works
 * @param inferenceSecret what feature-streams presents; empty counts as absent
 */
@ConfigurationProperties("attune")
public record AccessSettings(
    @DefaultValue List<AccessKey> keys,
    @Nullable Path keysFile,
    @DefaultValue("5s") Duration keysReload,
    @Nullable String inferenceSecret) {
  private static final Duration SHORTEST_RELOAD = Duration.ofMillis(100);

  public AccessSettings {
    Assert.isTrue(
        keysReload.compareTo(SHORTEST_RELOAD) >= 0, "attune.keys-reload must be at least 100ms");
  }

  /** Those of the settings, and the one that feature-streams presents. */
  List<AccessKey> fixedKeys() {
    List<AccessKey> ring = new ArrayList<>(keys);
    if (inferenceSecret != null && !inferenceSecret.isBlank()) {
      String hash = KeyRing.hash(inferenceSecret);
      // an installation may well use one key for both
      if (ring.stream().noneMatch(key -> key.sha256().equals(hash))) {
        ring.add(AccessKey.of("feature-streams", AccessKey.Role.SECRET, hash, List.of()));
      }
    }
    return ring;
  }
}
