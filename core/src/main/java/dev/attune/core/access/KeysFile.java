package dev.attune.core.access;

import dev.attune.core.access.AccessKey.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A key a line: {@code name role sha256 [origin…]}, blanks between, {@code #} starts a comment. A
 * role is {@code write}, {@code write-signed} or {@code secret}. Plain enough to be mounted from a
 * secret and written by a shell script.
 */
final class KeysFile {
  private KeysFile() {}

  /**
   * @throws IllegalArgumentException naming the line that is wrong, never the hash
   */
  static List<AccessKey> read(Path file) throws IOException {
    List<AccessKey> keys = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceFirst("#.*", "").strip();
      if (!line.isEmpty()) {
        keys.add(key(line.split("\\s+"), file.getFileName() + ":" + (i + 1)));
      }
    }
    return keys;
  }

  private static AccessKey key(String[] words, String where) {
    if (words.length < 3) {
      throw new IllegalArgumentException(where + ": expected name role sha256 [origin...]");
    }
    try {
      Role role = Role.valueOf(words[1].toUpperCase(Locale.ROOT).replace('-', '_'));
      List<String> origins = List.of(words).subList(3, words.length);
      return new AccessKey(words[0], role, words[2], origins);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          where
              + ": role is write, write-signed or secret, sha256 64 hex digits, origins scheme://host"
              + " and none for secret",
          e);
    }
  }
}
