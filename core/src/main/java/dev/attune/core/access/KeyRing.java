package dev.attune.core.access;

import dev.attune.core.bytes.Sha256;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys a service knows. Presented keys are hashed and compared with every known hash, each in
 * constant time and without stopping at a match, so that timing tells nothing about the ring.
 * Immutable; rotation replaces the ring.
 */
public final class KeyRing {
  private final List<AccessKey> keys;
  private final byte[][] hashes;

  /**
   * @throws IllegalArgumentException when two keys share a name or a hash
   */
  public KeyRing(List<AccessKey> keys) {
    this.keys = List.copyOf(keys);
    Set<String> seen = new HashSet<>();
    for (AccessKey key : keys) {
      if (!seen.add("name " + key.name()) || !seen.add("hash " + key.sha256())) {
        throw new IllegalArgumentException("key " + key.name() + " is listed twice");
      }
    }
    this.hashes =
        keys.stream().map(k -> HexFormat.of().parseHex(k.sha256())).toArray(byte[][]::new);
  }

  public List<AccessKey> keys() {
    return keys;
  }

  /** Whether any key may be used from this web origin. */
  public boolean allow(String origin) {
    return keys.stream().anyMatch(key -> key.allows(origin));
  }

  /** The key that was presented, null when it is none of ours. */
  public @Nullable AccessKey find(@Nullable String presented) {
    if (presented == null || presented.isEmpty()) {
      return null;
    }
    byte[] hash = Sha256.of(presented);
    AccessKey found = null;
    for (int i = 0; i < hashes.length; i++) {
      if (MessageDigest.isEqual(hashes[i], hash)) {
        found = keys.get(i);
      }
    }
    return found;
  }

  /** The key in an {@code Authorization: Bearer} header, null when there is none. */
  public static @Nullable String bearer(@Nullable String authorization) {
    String scheme = "Bearer ";
    return authorization != null && authorization.regionMatches(true, 0, scheme, 0, scheme.length())
        ? authorization.substring(scheme.length()).strip()
        : null;
  }

  /** What {@link AccessKey#sha256} holds for a key. */
  public static String hash(String key) {
    return Sha256.hex(key);
  }
}
