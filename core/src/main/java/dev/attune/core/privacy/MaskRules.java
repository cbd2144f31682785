package dev.attune.core.privacy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Map;

/**
 * What is masked.
 *
 * @param patterns more kinds by name, in RE2 syntax; a match becomes {@code [name]}
 */
public record MaskRules(
    boolean email, boolean phone, boolean card, boolean iban, Map<String, String> patterns) {
  public MaskRules {
    patterns.forEach(MaskRules::check);
    patterns = Map.copyOf(patterns);
  }

  /** The four kinds that are on by default. */
  public static MaskRules standard() {
    return new MaskRules(true, true, true, true, Map.of());
  }

  private static void check(String name, String pattern) {
    try {
      if (Pattern.compile(pattern).matches("")) {
        throw new IllegalArgumentException(
            "attune.privacy.patterns." + name + " must not match the empty text");
      }
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "attune.privacy.patterns." + name + " is no RE2 pattern: " + e.getDescription(), e);
    }
  }
}
