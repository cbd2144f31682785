package dev.attune.core.access;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One API key, of which only the hash is known.
 *
 * @param name what logs and dead letters call it
 * @param sha256 64 hex digits: SHA-256 of the key in UTF-8
 * @param origins web origins that may use it, such as {@code https://shop.example}; {@code *} for
 *     any. A caller that sends no Origin header is no browser and is not bound.
 */
public record AccessKey(String name, Role role, String sha256, List<String> origins) {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final String ANY = "*";

  /** What a key allows. */
  public enum Role {
    /** Public, in browsers: may only write. */
    WRITE,
    /** On servers: may read and administer too. */
    SECRET
  }

  public AccessKey {
    sha256 = sha256.toLowerCase(Locale.ROOT);
    if (name.isBlank()) {
      throw new IllegalArgumentException("a key needs a name");
    }
    if (!HASH.matcher(sha256).matches()) {
      throw new IllegalArgumentException(
          "key " + name + ": sha256 must be 64 hex digits (printf %s KEY | sha256sum)");
    }
    // null where a service's settings name none
    origins = List.copyOf(Objects.requireNonNullElse(origins, List.of()));
    for (String origin : origins) {
      if (!origin.equals(ANY) && !isOrigin(origin)) {
        throw new IllegalArgumentException(
            "key " + name + ": an origin is scheme://host[:port] or *");
      }
    }
  }

  /** Whether a request with this Origin header may use the key. */
  public boolean allows(@Nullable String origin) {
    return origin == null
        || origins.contains(ANY)
        || origins.stream().anyMatch(origin::equalsIgnoreCase);
  }

  private static boolean isOrigin(String text) {
    try {
      URI uri = URI.create(text);
      return uri.getScheme() != null
          && uri.getHost() != null
          && uri.getRawPath().isEmpty()
          && uri.getRawQuery() == null
          && uri.getRawUserInfo() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
