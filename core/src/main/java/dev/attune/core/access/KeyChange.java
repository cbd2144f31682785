package dev.attune.core.access;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What became of a key when the file of keys was read again.
 *
 * @param name the key's
 */
public record KeyChange(String name, Kind kind) {
  /** What became of it. */
  public enum Kind {
    ADDED,
    /** The same name with another hash, role, scope, origin or expiry. */
    CHANGED,
    REMOVED
  }

  /** Its kind as a word: added, changed or removed. */
  public String word() {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  static List<KeyChange> between(KeyRing before, KeyRing after) {
    Map<String, AccessKey> old = new HashMap<>();
    before.keys().forEach(key -> old.put(key.name(), key));
    List<KeyChange> changes = new ArrayList<>();
    for (AccessKey key : after.keys()) {
      AccessKey known = old.remove(key.name());
      if (known == null) {
        changes.add(new KeyChange(key.name(), Kind.ADDED));
      } else if (!known.equals(key)) {
        changes.add(new KeyChange(key.name(), Kind.CHANGED));
      }
    }
    old.keySet().stream().sorted().forEach(name -> changes.add(new KeyChange(name, Kind.REMOVED)));
    return changes;
  }
}
