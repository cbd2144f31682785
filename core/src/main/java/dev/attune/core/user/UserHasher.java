package dev.attune.core.user;

import dev.attune.core.bytes.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How a user is named in a list that outlives the user: HMAC-SHA-256 (RFC 2104) of the id's
 * SHA-256, in hexadecimal. Who has the list and not the secret can't try out ids. All readers and
 * writers of {@code erasures} need the same secret for as long as the topic is kept. Safe for
 * threads.
 */
public final class UserHasher {
  /** What {@code openssl rand -hex 16} prints is long enough. */
  public static final int SHORTEST_SECRET = 16;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int ID_DIGITS = 16;

  private final SecretKeySpec key;
  private final String keyId;

  /**
   * @throws IllegalArgumentException when the secret is too short to be one
   */
  public UserHasher(String secret) {
    if (secret.length() < SHORTEST_SECRET) {
      throw new IllegalArgumentException(
          "the secret of erasures needs at least %d characters".formatted(SHORTEST_SECRET));
    }
    this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    this.keyId = hmac(Sha256.of("attune erasures")).substring(0, ID_DIGITS);
  }

  /** 64 hex digits. */
  public String hash(String userId) {
    return hmac(Sha256.of(userId));
  }

  /**
   * The same of what older records hold.
   *
   * @param sha256 of the user id, in 64 hex digits
   */
  String ofBare(String sha256) {
    return hmac(HexFormat.of().parseHex(sha256));
  }

  /** Tells whether two have the same secret, and nothing of it: 16 hex digits. */
  public String keyId() {
    return keyId;
  }

  private String hmac(byte[] bytes) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return HexFormat.of().formatHex(mac.doFinal(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
