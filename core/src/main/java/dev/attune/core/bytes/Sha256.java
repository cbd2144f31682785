package dev.attune.core.bytes;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of texts and, by its digest, of anything longer. */
public final class Sha256 {
  /** Copied for each use: looking the algorithm up costs as much as hashing a key. */
  private static final MessageDigest PROTOTYPE = prototype();

  private Sha256() {}

  /** Of a text in UTF-8. */
  public static byte[] of(String text) {
    return digest().digest(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The same in 64 hex digits. */
  public static String hex(String text) {
    return HexFormat.of().formatHex(of(text));
  }

  public static MessageDigest digest() {
    try {
      return (MessageDigest) PROTOTYPE.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this platform's SHA-256 can't be copied", e);
    }
  }

  private static MessageDigest prototype() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
