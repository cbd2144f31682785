package dev.attune.console.access;

import java.text.Normalizer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Who may use the console.
 *
 * @param users name, bcrypt password-hash and role (viewer, editor) each; without any, and without
 *     an OpenID provider, whoever reaches it may do everything, so it starts on a loopback address
 *     only
 * @param session of who has signed in
 * @param oidc who may sign in with an OpenID provider
 * @param proxies how many proxies stand before the console, one behind the other, each of which
 *     adds the address that it was called from to X-Forwarded-For; 0: the header is ignored
 */
@ConfigurationProperties("attune.console")
record AccessSettings(
    @DefaultValue List<User> users,
    @DefaultValue Session session,
    @DefaultValue @NestedConfigurationProperty OidcSettings oidc,
    @DefaultValue("0") int proxies) {
  private static final int SHORTEST_KEY = 32;
  private static final int MOST_PROXIES = 10;

  /**
   * @param key signs sessions, 32 characters at least, the same for all replicas; empty: one that
   *     nobody else knows, so that sessions end with the process
   * @param lifetime after which one who did nothing has to sign in again
   * @param secureCookie whether browsers send it over HTTPS only
   */
  record Session(
      @Nullable String key,
      @DefaultValue("8h") Duration lifetime,
      @DefaultValue("true") boolean secureCookie) {
    Session {
      key = key == null || key.isBlank() ? null : key;
      Assert.isTrue(
          key == null || key.length() >= SHORTEST_KEY,
          "attune.console.session.key must have at least 32 characters");
      Assert.isTrue(
          lifetime.compareTo(Duration.ofMinutes(1)) >= 0,
          "attune.console.session.lifetime must be at least a minute");
    }
  }

  /** What a person may do. */
  enum Role {
    /** Sees everything, changes nothing. */
    VIEWER,
    /** Also chats in the playground, erases users and switches models. */
    EDITOR
  }

  private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$\\d\\d\\$[./A-Za-z0-9]{53}");

  /**
   * @param passwordHash bcrypt, as {@code htpasswd -nBC 12 NAME} prints it after the colon
   */
  record User(String name, String passwordHash, Role role) {
    User {
      Assert.isTrue(
          name != null && !name.isBlank() && role != null,
          "attune.console.users need a name and a role each");
      Assert.isTrue(
          passwordHash != null && BCRYPT.matcher(passwordHash).matches(),
          "attune.console.users: the password-hash of %s is no bcrypt hash".formatted(name));
    }
  }

  AccessSettings {
    users = List.copyOf(users);
    Assert.isTrue(
        users.stream().map(user -> small(user.name())).distinct().count() >= users.size(),
        "attune.console.users must have different names");
    Assert.isTrue(
        proxies >= 0 && proxies <= MOST_PROXIES, "attune.console.proxies must be from 0 to 10");
  }

  /** Whether nobody has to sign in. */
  boolean open() {
    return users.isEmpty() && !oidc.enabled();
  }

  /** By name, in any case of letters. */
  Optional<User> user(String name) {
    return users.stream().filter(user -> small(user.name()).equals(small(name))).findFirst();
  }

  /** Whether a name could be taken for a user's: more are alike than those that sign in as one. */
  boolean hasUserLike(String name) {
    return users.stream().anyMatch(user -> plain(user.name()).equals(plain(name)));
  }

  private static String plain(String name) {
    return small(Normalizer.normalize(name, Normalizer.Form.NFKC)).strip().replaceAll("\\s+", " ");
  }

  /** As names are compared everywhere: a letter that is alike in another way is another one. */
  static String small(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
