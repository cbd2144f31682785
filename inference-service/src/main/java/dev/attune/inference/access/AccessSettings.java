package dev.attune.inference.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.KeyRing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Keys that are accepted. There is no default: without one nobody may score, since who can score
 * could freeze a user with a huge version.
 *
 * @param keys the installation's keys, name, role, sha256 and origins each; only those with role
 *     SECRET count here
 * @param inferenceSecret what feature-streams presents; empty counts as absent
 */
@ConfigurationProperties("attune")
public record AccessSettings(@DefaultValue List<AccessKey> keys, @Nullable String inferenceSecret) {
  /**
   * @throws IllegalArgumentException when a key is listed twice
   */
  KeyRing ring() {
    List<AccessKey> ring = new ArrayList<>(keys);
    if (inferenceSecret != null && !inferenceSecret.isBlank()) {
      String hash = KeyRing.hash(inferenceSecret);
      // an installation may well use one key for both
      if (ring.stream().noneMatch(key -> key.sha256().equals(hash))) {
        ring.add(new AccessKey("feature-streams", AccessKey.Role.SECRET, hash, List.of()));
      }
    }
    return new KeyRing(ring);
  }
}
