package dev.attune.predictions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * An account and its password, from a setting or from a file such as a mounted secret.
 *
 * @param username empty: Redis' default user
 * @param passwordFile holds the password alone; white space around it doesn't count
 */
public record LoginSettings(
    @DefaultValue("") String username,
    @DefaultValue("") String password,
    @DefaultValue("") String passwordFile) {

  public static final LoginSettings NONE = new LoginSettings("", "", "");

  public LoginSettings {
    RedisSettings.require(
        password.isEmpty() || passwordFile.isEmpty(),
        "login.password and login.password-file say the same: one of them");
    RedisSettings.require(
        username.isEmpty() || !(password.isEmpty() && passwordFile.isEmpty()),
        "login.username is without login.password or password-file");
    RedisSettings.require(
        passwordFile.isEmpty() || Files.isReadable(Path.of(passwordFile)),
        "login.password-file can't be read: " + passwordFile);
  }

  static LoginSettings ofUserInfo(String userInfo) {
    int colon = userInfo.indexOf(':');
    RedisSettings.require(colon >= 0, "uri names a user without a password");
    return new LoginSettings(userInfo.substring(0, colon), userInfo.substring(colon + 1), "");
  }

  public boolean isGiven() {
    return !password.isEmpty() || !passwordFile.isEmpty();
  }

  /** The password; a file is read anew each time, since it may have been replaced. */
  String secret() {
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
