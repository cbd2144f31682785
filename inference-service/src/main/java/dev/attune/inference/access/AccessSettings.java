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
 * @param keys the installation's keys; only those with role SECRET count here
 * @param inferenceSecret what feature-streams presents; empty counts as absent
 */
@ConfigurationProperties("attune")
public record AccessSettings(@DefaultValue List<Key> keys, @Nullable String inferenceSecret) {

  /** A key as it is configured; see {@link AccessKey}. */
  public record Key(
      String name, AccessKey.Role role, String sha256, @DefaultValue List<String> origins) {}

  /**
   * @throws IllegalArgumentException when a key is malformed or listed twice
   */
  KeyRing ring() {
    List<AccessKey> ring = new ArrayList<>();
    for (Key key : keys) {
      ring.add(new AccessKey(key.name(), key.role(), key.sha256(), key.origins()));
    }
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
