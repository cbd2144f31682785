package dev.attune.core.access;

import dev.attune.core.access.AccessKey.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A key a line: {@code name role sha256 [scopes=a,b] [expires=DATE] [origin…]}, blanks between,
 * {@code #} starts a comment. A role is {@code write}, {@code write-signed} or {@code secret};
 * scopes leave it less than its role has. Plain enough to be mounted from a secret and written by a
 * shell script.
 */
final class KeysFile {
  private static final String SCOPES = "scopes=";
  private static final String EXPIRES = "expires=";
  private static final String RULES =
      ": role is write, write-signed or secret; sha256 64 hex digits; scopes some of ingest,"
          + " replies and, for secret, experiments, models, erase, read; expires 2027-01-31 or"
          + " 2027-01-31T12:00:00Z; origins scheme://host and none for secret";

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
      throw new IllegalArgumentException(
          where + ": expected name role sha256 [scopes=a,b] [expires=date] [origin...]");
    }
    try {
      Role role = Role.valueOf(words[1].toUpperCase(Locale.ROOT).replace('-', '_'));
      Set<Scope> scopes = Set.of();
      Expiry expires = null;
      List<String> origins = new ArrayList<>();
      for (String word : List.of(words).subList(3, words.length)) {
        if (word.startsWith(SCOPES)) {
          scopes = Scope.parse(word.substring(SCOPES.length()));
        } else if (word.startsWith(EXPIRES)) {
          expires = Expiry.of(word.substring(EXPIRES.length()));
        } else {
          origins.add(word);
        }
      }
      return new AccessKey(words[0], role, words[2], origins, scopes, expires);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where + RULES, e);
    }
  }
}
