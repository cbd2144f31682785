package dev.attune.kafka.audit;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Who acts. A server may say on whose behalf it does: then that person is the actor, and the key is
 * kept beside him, since the claim is worth as much as the key.
 *
 * @param name {@code user:<name>}, {@code key:<name>}, {@code file:keys} or {@code job:retrain}
 * @param via the key that makes the claim, as {@code key:<name>}, or {@code command line}; null: no
 *     claim
 * @param address where the request came from; null: nowhere
 */
public record Actor(String name, @Nullable String via, @Nullable String address) {
  /** A person and his address: {@code <name>@<address>}, the name percent-encoded as UTF-8. */
  public static final String ON_BEHALF_OF = "Attune-On-Behalf-Of";

  private static final int LONGEST = 512;

  /** The file of keys, which somebody has written. */
  public static final Actor KEYS_FILE = new Actor("file:keys", null, null);

  /** What trains and rolls out models by itself. */
  public static final Actor RETRAINING = new Actor("job:retrain", null, null);

  /** A person at the command line, by the name of the account. */
  public static Actor atCommandLine(String account) {
    return new Actor("user:" + account, "command line", null);
  }

  /** A person at the console, by what the holder of a key says. */
  public static Actor person(String name, String key, @Nullable String address) {
    return new Actor("user:" + name, "key:" + key, address);
  }

  /**
   * Whoever brings a key.
   *
   * @param key its name
   * @param onBehalfOf the header {@link #ON_BEHALF_OF}; null or broken: the key acts for itself
   * @param peer the address at the other end of the connection; null: not known
   */
  public static Actor of(String key, @Nullable String onBehalfOf, @Nullable String peer) {
    int at = onBehalfOf == null ? -1 : onBehalfOf.lastIndexOf('@');
    if (onBehalfOf == null || at < 1 || onBehalfOf.length() > LONGEST) {
      return new Actor("key:" + key, null, peer);
    }
    try {
      String name = URLDecoder.decode(onBehalfOf.substring(0, at), StandardCharsets.UTF_8);
      return person(name, key, onBehalfOf.substring(at + 1));
    } catch (IllegalArgumentException notEncoded) {
      return new Actor("key:" + key, null, peer);
    }
  }
}
