package dev.attune.sdk;

import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Keeps a user's signature and asks for a new one before it expires. Thread-safe. */
final class Signatures {
  /** A slow request must still carry a valid one. */
  private static final long MARGIN_SECONDS = 30;

  private final @Nullable UnaryOperator<String> ask;
  private @Nullable String user;
  private @Nullable String value;

  /**
   * @param ask from a user id to {@code <expiry, Unix seconds>.<hmac>}; null where a secret key
   *     makes signatures needless
   */
  Signatures(@Nullable UnaryOperator<String> ask) {
    this.ask = ask;
  }

  synchronized @Nullable String of(String userId) {
    if (ask == null) {
      return null;
    }
    String held = value;
    if (held == null || !userId.equals(user) || expiresSoon(held)) {
      held = ask.apply(userId);
      if (held != null) {
        HeaderValues.check("the signature", held);
      }
      user = userId;
      value = held;
    }
    return held;
  }

  /** The server refused it: clocks differ or the secret has changed. */
  synchronized void forget() {
    value = null;
  }

  private static boolean expiresSoon(String signature) {
    try {
      long expiry = Long.parseLong(signature.substring(0, Math.max(0, signature.indexOf('.'))));
      return expiry - MARGIN_SECONDS <= Instant.now().getEpochSecond();
    } catch (NumberFormatException e) {
      return true;
    }
  }
}
