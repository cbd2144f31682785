package dev.attune.core.privacy;

import com.google.re2j.Pattern;
import dev.attune.core.privacy.Finder.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Replaces personal numbers and addresses in texts by their kind in brackets, however they are
 * spelled: {@link FoldedText} says which spellings are seen through. Patterns run in linear time
 * (RE2); what they find is checked where there is a checksum, so that order numbers stay. One look
 * at the text decides whether anything else runs at all. Thread-safe.
 */
public final class Masking {
  /** Letters of scripts whose words are parted by blanks; digits may be among them. */
  private static final String WORD = "\\p{Latin}\\p{Greek}\\p{Cyrillic}\\pN";

  private static final Finder EMAIL = email(WORD, "\\p{Latin}\\p{Greek}\\p{Cyrillic}");

  /** In scripts without blanks the words beside an address are masked with it. */
  private static final Finder EMAIL_IN_ANY_SCRIPT = email("\\pL\\pN", "\\pL");

  /** Of a phone number, the shortest of all. */
  private static final int LEAST_DIGITS = 8;

  private record Rule(String mask, Finder finder, int leastDigits, boolean needsAt) {}

  private final List<Rule> rules = new ArrayList<>();
  private final boolean always;

  public Masking(MaskRules masks) {
    if (masks.email()) {
      rules.add(new Rule("[email]", EMAIL, 0, true));
      rules.add(new Rule("[email]", EMAIL_IN_ANY_SCRIPT, 0, true));
    }
    if (masks.iban()) {
      rules.add(new Rule("[iban]", new IbanFinder(), LEAST_DIGITS, false));
    }
    if (masks.card()) {
      rules.add(new Rule("[card]", new CardFinder(), CardFinder.LEAST, false));
    }
    if (masks.phone()) {
      rules.add(new Rule("[phone]", new PhoneFinder(), LEAST_DIGITS, false));
    }
    masks
        .patterns()
        .forEach(
            (name, pattern) ->
                rules.add(
                    new Rule("[" + name + "]", Finder.of(Pattern.compile(pattern)), 0, false)));
    this.always = !masks.patterns().isEmpty();
  }

  private static Finder email(String word, String letters) {
    return Finder.of(
        Pattern.compile(
            ("[%1$s._%%+'~-]+[\"]?@[%1$s-]+(?:\\.[%1$s-]+)*"
                    + "\\.(?:[%2$s]{2,}|[Xx][Nn]--[A-Za-z0-9-]+)")
                .formatted(word, letters)));
  }

  /** Masks a plain text. */
  public String text(String text) {
    return mayHoldAny(text) && !isUuid(text) ? masked(text) : text;
  }

  /** Masks the strings, names and numbers of a JSON text, so that it stays JSON. */
  public String json(String json) {
    return mayHoldAny(json) ? new JsonMasking(this, json).masked() : json;
  }

  /** Masks a text that was meant to be JSON and is not: as JSON as far as it goes, then as text. */
  public String brokenJson(String text) {
    return text(json(text));
  }

  /** One in some ten thousand would pass for an account number. */
  private static boolean isUuid(String text) {
    if (text.length() != 36) {
      return false;
    }
    for (int i = 0; i < 36; i++) {
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? text.charAt(i) != '-' : Character.digit(text.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  /** False when no rule can match, whatever the spelling. */
  private boolean mayHoldAny(String text) {
    if (always) {
      return true;
    }
    int digits = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        digits++;
      } else if (c == '@' || FoldedText.isSpecial(c)) {
        return true;
      }
    }
    return digits >= LEAST_DIGITS;
  }

  private String masked(String text) {
    String masked = text;
    @Nullable FoldedText folded = fold(text);
    for (Rule rule : rules) {
      String plain = folded == null ? masked : folded.text();
      String next = applies(rule, plain) ? apply(rule, masked, plain, folded) : masked;
      if (!next.equals(masked)) {
        masked = next;
        folded = fold(next);
      }
    }
    return masked;
  }

  /** Null when the text is its own plainest spelling. */
  private static @Nullable FoldedText fold(String text) {
    return FoldedText.isPlain(text) ? null : FoldedText.of(text);
  }

  private static boolean applies(Rule rule, String text) {
    return rule.needsAt ? text.indexOf('@') >= 0 : hasDigits(text, rule.leastDigits);
  }

  private static boolean hasDigits(String text, int least) {
    int count = 0;
    for (int i = 0; i < text.length() && count < least; i++) {
      char c = text.charAt(i);
      count += c >= '0' && c <= '9' ? 1 : 0;
    }
    return count >= least;
  }

  private static String apply(Rule rule, String text, String plain, @Nullable FoldedText folded) {
    StringBuilder out = null;
    int copied = 0;
    for (Span found = rule.finder.find(plain, 0);
        found != null;
        found = found.end() >= plain.length() ? null : rule.finder.find(plain, found.end())) {
      Span span = folded == null ? found : folded.original(found);
      out = out == null ? new StringBuilder(text.length()) : out;
      out.append(text, copied, span.start()).append(rule.mask);
      copied = span.end();
    }
    return out == null ? text : out.append(text, copied, text.length()).toString();
  }
}
