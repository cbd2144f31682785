package dev.attune.cli.diagnose;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Takes secrets and people out of texts: known values wherever they stand, and by their look what
 * is behind {@code Bearer}, {@code password=} and the like, in a URI before its host, an e-mail
 * address, a user in a path. Takes out too much rather than too little.
 */
public final class Redaction {
  /** What stands in their place. */
  static final String REMOVED = "[removed]";

  /** A short value stands for too many other things. */
  private static final int LEAST_LENGTH = 5;

  private static final Pattern SECRET_NAME =
      Pattern.compile("(?i).*(password|passwd|secret|token|credential|jaas|signature|key|salt).*");

  /** Names of files and switches, which are no secrets themselves. */
  private static final Pattern PLACE_NAME =
      Pattern.compile("(?i).*(file|folder|path|dir|reload).*");

  private record Rule(Pattern pattern, String replacement) {}

  private static final List<Rule> RULES =
      List.of(
          rule("(?i)\\b(bearer|basic)\\s+[\\w.~+/=-]+", "$1 " + REMOVED),
          rule("://[^/\\s\"'@]+@", "://" + REMOVED + "@"),
          rule("([?&](?:key|token|signature|ticket)=)[^&\\s\"']+", "$1" + REMOVED),
          rule(
              "(?i)([\\w.-]*(?:password|passwd|secret|token|credential|jaas)[\\w.-]*[\"']?\\s*[=:]\\s*)"
                  + "(?:\"[^\"]*\"|'[^']*'|[^\\s,;&]+)",
              "$1" + REMOVED),
          rule("(/v1/users/)[^/?\\s\"']+", "$1" + REMOVED),
          rule("[\\w.+-]+@[\\w-]+\\.[\\w.-]+", REMOVED));

  private final List<String> known;

  private Redaction(List<String> known) {
    this.known = known;
  }

  private static Rule rule(String pattern, String replacement) {
    return new Rule(Pattern.compile(pattern), replacement);
  }

  /**
   * Knows the values of the settings that are named like secrets.
   *
   * @param settings by name; one may have several values, in several maps
   * @param more other secrets
   */
  public static Redaction of(Collection<Map<String, String>> settings, Collection<String> more) {
    List<String> known = new ArrayList<>(more);
    settings.forEach(
        each ->
            each.forEach(
                (name, value) -> {
                  if (isSecret(name)) {
                    known.add(value);
                  }
                }));
    return new Redaction(
        known.stream()
            .map(String::strip)
            .filter(value -> value.length() >= LEAST_LENGTH)
            .distinct()
            // one that holds another is looked for first
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList());
  }

  /** Whether a setting of this name holds a secret. */
  static boolean isSecret(String name) {
    return SECRET_NAME.matcher(name).matches() && !PLACE_NAME.matcher(name).matches();
  }

  /** The setting's value as it may be shown. */
  String setting(String name, String value) {
    return isSecret(name) ? REMOVED : text(value);
  }

  String text(String text) {
    String clean = text;
    for (String value : known) {
      clean = clean.replace(value, REMOVED);
    }
    for (Rule rule : RULES) {
      clean = rule.pattern().matcher(clean).replaceAll(rule.replacement());
    }
    return clean;
  }
}
