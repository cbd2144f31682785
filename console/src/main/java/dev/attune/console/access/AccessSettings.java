package dev.attune.console.access;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may use the console.
 *
 * @param users name, bcrypt password-hash and role (viewer, editor) each; none: whoever reaches it
 *     may do everything, so it starts on a loopback address only
 */
@ConfigurationProperties("attune.console")
record AccessSettings(@DefaultValue List<User> users) {
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
      if (name == null || name.isBlank() || role == null) {
        throw new IllegalArgumentException("attune.console.users need a name and a role each");
      }
      if (passwordHash == null || !BCRYPT.matcher(passwordHash).matches()) {
        throw new IllegalArgumentException(
            "attune.console.users: the password-hash of %s is no bcrypt hash".formatted(name));
      }
    }
  }

  AccessSettings {
    users = List.copyOf(users);
    // who signs in is found by the name in small letters
    if (users.stream().map(user -> user.name().toLowerCase(Locale.ROOT)).distinct().count()
        < users.size()) {
      throw new IllegalArgumentException("attune.console.users: two have the same name");
    }
  }

  boolean open() {
    return users.isEmpty();
  }
}
