package dev.attune.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * A name and its password, from a setting or from a file such as a mounted secret.
 *
 * @param username the account
 * @param password its password
 * @param passwordFile instead: a file with the password alone, such as a mounted secret; white
 *     space around it doesn't count
 */
public record LoginSettings(
    @DefaultValue("") String username,
    @DefaultValue("") String password,
    @DefaultValue("") String passwordFile) {
  static final LoginSettings NONE = new LoginSettings("", "", "");

  /**
   * Called by the settings that these belong to, which know their whole name.
   *
   * @param name such as {@code attune.kafka.security.login}
   */
  void check(String name) {
    boolean hasPassword = !password.isEmpty() || !passwordFile.isEmpty();
    Assert.isTrue(
        password.isEmpty() || passwordFile.isEmpty(),
        name + ".password and " + name + ".password-file say the same: one of them");
    Assert.isTrue(
        !hasPassword || !username.isEmpty(), name + ".username is missing: its password is given");
    Assert.isTrue(
        hasPassword || username.isEmpty(),
        name + ".password is missing: it and " + name + ".username belong together");
    Assert.isTrue(
        passwordFile.isEmpty() || Files.isReadable(Path.of(passwordFile)),
        name + ".password-file can't be read: " + passwordFile);
  }

  /** As a URL has it: name, colon, password. */
  static LoginSettings ofUserInfo(String userInfo) {
    int colon = userInfo.indexOf(':');
    Assert.isTrue(colon > 0, "attune.kafka.registry.url names a user without a password");
    return new LoginSettings(userInfo.substring(0, colon), userInfo.substring(colon + 1), "");
  }

  public boolean isGiven() {
    return !username.isEmpty();
  }

  /** The password; a file is read anew each time, since it may have been replaced. */
  public String secret() {
    try {
      return passwordFile.isEmpty() ? password : Files.readString(Path.of(passwordFile)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "LoginSettings[" + username + "]";
  }
}
