package dev.attune.gateway.privacy;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A way to write a piece of personal data, and whether a text still tells it: an oracle of its own,
 * by Unicode's compatibility forms.
 *
 * @param core what is left of the data when only letters, digits and @ count
 */
public record Spelling(String core, String text) {
  private static final String EMAIL = "ada.lovelace@example.org";
  private static final String CARD = "4111111111111111";
  private static final String IBAN = "DE89370400440532013000";
  private static final String PHONE = "+34600123456";

  private static final Pattern ESCAPE =
      Pattern.compile("%([0-9A-Fa-f]{2})|\\\\u([0-9A-Fa-f]{4})|&#x([0-9A-Fa-f]+);");
  private static final Pattern NO_CORE = Pattern.compile("[^a-z0-9@]");

  /** All of them. */
  public static List<Spelling> all() {
    List<Spelling> all = new ArrayList<>();
    for (String secret : List.of(EMAIL, CARD, IBAN, PHONE)) {
      for (UnaryOperator<String> way : ways()) {
        all.add(new Spelling(core(secret), "see " + way.apply(secret) + " ok"));
      }
    }
    for (String gap :
        List.of(" ", ".", "-", "  ", " - ", "_", "/", "+", "\u00a0", "\u2009", "\u2013", "\n")) {
      all.add(new Spelling(CARD, "card " + grouped(CARD, 4, gap)));
      all.add(new Spelling(CARD, "card " + grouped(CARD, 4, gap) + " 12/27"));
      all.add(new Spelling(CARD, "card " + grouped(CARD, 8, gap)));
    }
    all.add(new Spelling(CARD, grouped(CARD, 1, " ")));
    for (String gap : List.of(" ", ".", "-", "\u00a0")) {
      all.add(new Spelling(core(IBAN), grouped(IBAN, 4, gap)));
      all.add(new Spelling(core(IBAN), grouped(IBAN.toLowerCase(Locale.ROOT), 4, gap) + " please"));
      all.add(new Spelling(core(PHONE), "+34" + gap + grouped("600123456", 3, gap)));
    }
    all.add(new Spelling(core(EMAIL), "https://a.example/b?mail=ada.lovelace%40example.org&c=1"));
    return all;
  }

  private static List<UnaryOperator<String>> ways() {
    return List.of(
        text -> text,
        text -> text.toLowerCase(Locale.ROOT),
        text -> text.toUpperCase(Locale.ROOT),
        text -> each(text, "%%%02x"::formatted),
        text -> each(text, "%%25%02X"::formatted),
        text -> each(text, "\\u%04x"::formatted),
        text -> each(text, "&#x%x;"::formatted),
        text -> each(text, c -> Character.toString(c - '!' + 0xff01)),
        text ->
            each(
                text,
                c ->
                    c == '@' || Character.isDigit(c)
                        ? Character.toString(c - '!' + 0xff01)
                        : Character.toString(c)),
        text -> each(text, c -> Character.toString(c) + "\u200b"),
        text -> each(text, c -> "\u00ad" + Character.toString(c)),
        text ->
            each(
                text,
                c ->
                    Character.isDigit(c)
                        ? Character.toString(0x660 + c - '0')
                        : Character.toString(c)),
        text ->
            each(
                text,
                c ->
                    Character.isDigit(c)
                        ? Character.toString(0x1d7ce + c - '0')
                        : Character.toString(c)));
  }

  private static String each(String text, IntFunction<String> way) {
    StringBuilder out = new StringBuilder();
    text.chars().forEach(c -> out.append(way.apply(c)));
    return out.toString();
  }

  private static String grouped(String text, int size, String gap) {
    List<String> groups = new ArrayList<>();
    for (int p = 0; p < text.length(); p += size) {
      groups.add(text.substring(p, Math.min(p + size, text.length())));
    }
    return String.join(gap, groups);
  }

  /** Whether a text tells the secret to whoever takes the trouble. */
  public boolean isIn(String text) {
    String seen = text;
    for (int layer = 0; layer < 4; layer++) {
      if (core(seen).contains(core)) {
        return true;
      }
      seen = unescaped(seen);
    }
    return false;
  }

  private static String unescaped(String text) {
    return ESCAPE
        .matcher(text.replace("\\n", " "))
        .replaceAll(
            found -> {
              String hex = found.group(1);
              hex = hex == null ? found.group(2) : hex;
              hex = hex == null ? found.group(3) : hex;
              int code = Integer.parseInt(hex, 16);
              String one = code < 0x10000 ? String.valueOf((char) code) : Character.toString(code);
              return Matcher.quoteReplacement(one);
            });
  }

  private static String core(String text) {
    StringBuilder digits = new StringBuilder();
    Normalizer.normalize(text, Normalizer.Form.NFKC)
        .codePoints()
        .forEach(
            c -> digits.appendCodePoint(Character.isDigit(c) ? '0' + Character.digit(c, 10) : c));
    return NO_CORE.matcher(digits.toString().toLowerCase(Locale.ROOT)).replaceAll("");
  }
}
