package dev.attune.streams.query;

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
 * Keys that may read users' rows, beside the secret that is presented to inference-service.
 *
 * @param keys the installation's keys, name, role, sha256 and if wanted origins, scopes and expires
 *     each; only those with role SECRET and scope read count here
 * @param keysFile more keys, a line each: {@code name role sha256 [scopes=…] [expires=…]
 *     [origin…]}; read again when it changes: rotation without a restart
 * @param keysReload how often the file is looked at; the longest a withdrawn key still works
 */
@ConfigurationProperties("attune")
record AccessSettings(
    @DefaultValue List<AccessKey> keys,
    @Nullable Path keysFile,
    @DefaultValue("5s") Duration keysReload) {
  private static final Duration SHORTEST_RELOAD = Duration.ofMillis(100);

  AccessSettings {
    Assert.isTrue(
        keysReload.compareTo(SHORTEST_RELOAD) >= 0, "attune.keys-reload must be at least 100ms");
  }

  /** Those of the settings, and the secret that the services share. */
  List<AccessKey> with(String secret) {
    List<AccessKey> ring = new ArrayList<>(keys);
    String hash = KeyRing.hash(secret);
    // an installation may well use one key for both
    if (ring.stream().noneMatch(key -> key.sha256().equals(hash))) {
      ring.add(AccessKey.of("attune.scoring.secret", AccessKey.Role.SECRET, hash, List.of()));
    }
    return ring;
  }
}
