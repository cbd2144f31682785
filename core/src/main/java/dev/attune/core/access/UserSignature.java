package dev.attune.core.access;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proof that a chatbot's own server knows the person a browser speaks for:
 *
 * <pre>
 * Attune-User-Signature: &lt;expiry, Unix seconds&gt;.&lt;hex HMAC-SHA256(secret, userId + "." + expiry)&gt;
 * </pre>
 *
 * Several secrets may be valid at once, so that they can be rotated. A signature of more than a
 * year is refused: it would be a password nobody can take back. Safe for threads.
 */
public final class UserSignature {
  public static final String HEADER = "Attune-User-Signature";

  private static final String ALGORITHM = "HmacSHA256";
  private static final Duration LONGEST = Duration.ofDays(366);
  private static final int MAX_EXPIRY_DIGITS = 12;
  private static final int DIGEST_BYTES = 32;

  /** The shortest secret that is not guessed offline from one signature. */
  private static final int SHORTEST_SECRET = 16;

  private final List<SecretKeySpec> secrets;

  public UserSignature(List<String> secrets) {
    this.secrets =
        secrets.stream()
            .map(secret -> new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM))
            .toList();
  }

  /**
   * The secrets of a setting, without blank ones.
   *
   * @throws IllegalArgumentException when one is so short that it can be guessed
   */
  public static List<String> secrets(List<String> configured) {
    List<String> secrets = configured.stream().filter(secret -> !secret.isBlank()).toList();
    if (secrets.stream().anyMatch(secret -> secret.length() < SHORTEST_SECRET)) {
      throw new IllegalArgumentException(
          "attune.identity-secrets must have at least " + SHORTEST_SECRET + " characters each");
    }
    return secrets;
  }

  /** The header's value; what a chatbot's server computes for its signed-in user. */
  public static String sign(String secret, String userId, Instant expiry) {
    long seconds = expiry.getEpochSecond();
    var key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    return seconds + "." + HexFormat.of().formatHex(hmac(key, userId, seconds));
  }

  /** True when the header proves this user and has not expired. */
  public boolean proves(String userId, String header, Instant now) {
    return expiry(userId, header, now).isPresent();
  }

  /** Until when the header proves this user; empty when it does not, or no longer. */
  public Optional<Instant> expiry(String userId, String header, Instant now) {
    return Claim.read(header, now)
        .filter(claim -> secrets.stream().anyMatch(key -> claim.isOf(key, userId)))
        .map(claim -> Instant.ofEpochSecond(claim.expiry));
  }

  /** Whether the header could prove anybody: it has the form and has not expired. */
  public static boolean isPlausible(String header, Instant now) {
    return Claim.read(header, now).isPresent();
  }

  /** A header of the right form that has not expired; whose it is, is not known yet. */
  private record Claim(long expiry, byte[] digest) {
    static Optional<Claim> read(String header, Instant now) {
      int dot = header.indexOf('.');
      if (dot < 1 || dot > MAX_EXPIRY_DIGITS || !isNumber(header, dot)) {
        return Optional.empty();
      }
      long expiry = Long.parseLong(header.substring(0, dot));
      if (expiry < now.getEpochSecond() || expiry > now.plus(LONGEST).getEpochSecond()) {
        return Optional.empty();
      }
      try {
        byte[] digest = HexFormat.of().parseHex(header, dot + 1, header.length());
        return digest.length == DIGEST_BYTES
            ? Optional.of(new Claim(expiry, digest))
            : Optional.empty();
      } catch (IllegalArgumentException notHex) {
        return Optional.empty();
      }
    }

    boolean isOf(SecretKeySpec key, String userId) {
      return MessageDigest.isEqual(digest, hmac(key, userId, expiry));
    }
  }

  private static boolean isNumber(String text, int end) {
    return text.substring(0, end).chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static byte[] hmac(SecretKeySpec key, String userId, long expiry) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal((userId + "." + expiry).getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform offers " + ALGORITHM, e);
    }
  }
}
