package dev.attune.core.access;

import java.net.URI;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One API key, of which only the hash is known.
 *
 * @param name what logs and dead letters call it
 * @param sha256 64 hex digits: SHA-256 of the key in UTF-8
 * @param origins web origins that may use a write key, such as {@code https://shop.example}; {@code
 *     http://localhost:*} for any port of a host, {@code *} for any origin. A caller that sends no
 *     Origin header is no browser and is not bound. A secret key has none: in a browser it is
 *     everybody's.
 * @param scopes what it may do, some of what its role allows; none named: all that the role allows
 * @param expires when it ends; null: never
 */
public record AccessKey(
    String name,
    Role role,
    String sha256,
    List<String> origins,
    Set<Scope> scopes,
    @Nullable Expiry expires) {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");
  private static final String ANY = "*";
  private static final String ANY_PORT = ":*";

  /** Who has a key, and so the most that it may do. */
  public enum Role {
    /** Public, in browsers: sends events, and reads a user by his signature. */
    WRITE(EnumSet.of(Scope.INGEST, Scope.REPLIES)),
    /** The same, and must prove with a {@link UserSignature} for whom it writes. */
    WRITE_SIGNED(WRITE.scopes),
    /** On servers: may read and administer too. */
    SECRET(EnumSet.allOf(Scope.class));

    private final Set<Scope> scopes;

    Role(Set<Scope> scopes) {
      this.scopes = Set.copyOf(scopes);
    }

    /** The word for it in settings and files of keys. */
    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
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
    if (role == Role.SECRET && !origins.isEmpty()) {
      throw new IllegalArgumentException(
          "key " + name + ": a secret key has no origins, it must not be in a browser");
    }
    scopes = scopes == null || scopes.isEmpty() ? role.scopes : Set.copyOf(scopes);
    if (!role.scopes.containsAll(scopes)) {
      throw new IllegalArgumentException(
          "key " + name + ": a key of role " + role.word() + " may ingest and get replies only");
    }
    for (String origin : origins) {
      if (!origin.equals(ANY) && !isOrigin(withoutAnyPort(origin))) {
        throw new IllegalArgumentException(
            "key " + name + ": an origin is scheme://host[:port], scheme://host:* or *");
      }
    }
  }

  /** One that may do all that its role allows, and never ends. */
  public static AccessKey of(String name, Role role, String sha256, List<String> origins) {
    return new AccessKey(name, role, sha256, origins, Set.of(), null);
  }

  /** Whether it may do this. */
  public boolean may(Scope scope) {
    return scopes.contains(scope);
  }

  /** Until when it is valid; {@link Instant#MAX}: for ever. */
  public Instant until() {
    return expires == null ? Instant.MAX : expires.at();
  }

  /** Whether a request with this Origin header may use the key. */
  public boolean allows(@Nullable String origin) {
    return origin == null
        || origins.contains(ANY)
        || origins.stream().anyMatch(allowed -> matches(allowed, origin));
  }

  private static boolean matches(String allowed, String origin) {
    return allowed.endsWith(ANY_PORT)
        ? withoutAnyPort(allowed).equalsIgnoreCase(withoutPort(origin))
        : allowed.equalsIgnoreCase(origin);
  }

  private static String withoutAnyPort(String allowed) {
    return allowed.endsWith(ANY_PORT)
        ? allowed.substring(0, allowed.length() - ANY_PORT.length())
        : allowed;
  }

  private static String withoutPort(String origin) {
    return PORT.matcher(origin).replaceFirst("");
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
