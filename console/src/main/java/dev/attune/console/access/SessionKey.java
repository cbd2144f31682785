package dev.attune.console.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.encrypt.AesBytesEncryptor;
import org.springframework.security.crypto.encrypt.AesBytesEncryptor.CipherAlgorithm;
import org.springframework.security.crypto.encrypt.BytesEncryptor;

/** What all replicas have in common: it signs their cookies, and seals those nobody else reads. */
final class SessionKey {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 32;

  private final SecretKeySpec key;

  /**
   * @param given null: one that nobody else knows
   */
  SessionKey(@Nullable String given) {
    this.key =
        new SecretKeySpec(
            given == null ? random() : given.getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  private static byte[] random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /** HMAC-SHA256. */
  byte[] sign(String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * AES-256-GCM, with a key of its own for each purpose: what is sealed for one opens for no other.
   */
  BytesEncryptor seal(String purpose) {
    // no session begins with a line's end
    var own = new SecretKeySpec(sign("\nseal\n" + purpose), "AES");
    return new AesBytesEncryptor(own, null, CipherAlgorithm.GCM);
  }
}
