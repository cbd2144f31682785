package dev.attune.responses.decision;

import dev.attune.responses.access.IdentitySettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/**
 * Makes the ids of decisions, and knows them again: their last 16 bits are a hash of the others
 * with a key of the identity secrets.
 *
 * <p>A browser's signature proves a user, but only the decision tells whose it is, so it must be
 * found first. The tag keeps invented ids from costing a look-up: 1 in 65,536 passes. It admits
 * nobody. Safe for threads.
 */
@Component
final class DecisionIds {
  private static final String ALGORITHM = "HmacSHA256";
  private static final long TAG = 0xFFFF;

  /** Also keeps a tag from being of use as part of a signature, which hashes a user's id. */
  private static final byte[] PURPOSE = "decision id".getBytes(StandardCharsets.UTF_8);

  private final List<Mac> keys;

  DecisionIds(IdentitySettings settings) {
    this.keys = settings.identitySecrets().stream().map(DecisionIds::mac).toList();
  }

  /** A new id; without an identity secret it has no tag, and no browser can read anything. */
  DecisionId next(int partition, Instant now) {
    DecisionId id = DecisionId.next(partition, now);
    return keys.isEmpty() ? id : tagged(id, keys.getFirst());
  }

  /** Whether a replica with one of our identity secrets made it. */
  boolean isOurs(DecisionId id) {
    return keys.stream().anyMatch(key -> tagged(id, key).equals(id));
  }

  private static DecisionId tagged(DecisionId id, Mac key) {
    long high = id.uuid().getMostSignificantBits();
    long low = id.uuid().getLeastSignificantBits() & ~TAG;
    byte[] untagged =
        ByteBuffer.allocate(PURPOSE.length + 2 * Long.BYTES)
            .put(PURPOSE)
            .putLong(high)
            .putLong(low)
            .array();
    long tag = ByteBuffer.wrap(hash(key, untagged)).getLong() & TAG;
    return new DecisionId(new UUID(high, low | tag));
  }

  private static byte[] hash(Mac key, byte[] bytes) {
    try {
      return ((Mac) key.clone()).doFinal(bytes);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("Java's own " + ALGORITHM + " can be cloned", e);
    }
  }

  private static Mac mac(String secret) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform offers " + ALGORITHM, e);
    }
  }
}
