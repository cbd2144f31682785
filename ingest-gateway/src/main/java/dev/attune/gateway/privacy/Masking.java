package dev.attune.gateway.privacy;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Replaces personal numbers and addresses in texts by their kind in brackets. Patterns run in
 * linear time (RE2); what they find is checked where there is a checksum, so that order numbers
 * stay. A cheap look at the text decides whether a pattern runs at all. Thread-safe.
 */
@Component
public final class Masking {
  private static final Pattern EMAIL =
      Pattern.compile("[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*\\.[A-Za-z]{2,}");
  private static final Pattern CARD = Pattern.compile("\\b[0-9](?:[ -]?[0-9]){12,18}\\b");
  private static final Pattern IBAN =
      Pattern.compile("\\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}\\b");

  /** International, or grouped 3-3-4; other groupings are as likely order or account numbers. */
  private static final Pattern PHONE =
      Pattern.compile(
          "\\+[0-9](?:[ ().-]{0,2}[0-9]){7,14}\\b"
              + "|\\(?\\b[0-9]{3}\\)?[ -][0-9]{3}[ -][0-9]{4}\\b");

  private record Rule(String mask, Pattern pattern, Predicate<String> sure, int leastDigits) {}

  private final List<Rule> rules = new ArrayList<>();
  private final boolean email;
  private final List<MaskedField> fields;

  Masking(PrivacySettings settings) {
    this.email = settings.email();
    this.fields = MaskedField.of(settings.fields());
    if (settings.iban()) {
      rules.add(new Rule("[iban]", IBAN, Checksums::isIban, 4));
    }
    if (settings.card()) {
      rules.add(new Rule("[card]", CARD, Checksums::isCard, 13));
    }
    if (settings.phone()) {
      rules.add(new Rule("[phone]", PHONE, found -> true, 8));
    }
    settings
        .patterns()
        .forEach(
            (name, pattern) ->
                rules.add(new Rule("[" + name + "]", Pattern.compile(pattern), found -> true, 0)));
  }

  /** Masks an event's texts in place. */
  public void event(InteractionEvent event) {
    fields.forEach(field -> field.mask(event, this));
    if (event.getProperties() != null) {
      properties(event.getProperties());
    }
    if (event.getCustom() != null) {
      properties(event.getCustom().getProperties());
    }
  }

  private void properties(Map<String, String> properties) {
    properties.replaceAll((name, value) -> json(value));
  }

  /** Masks inside the strings of a JSON text, so that it stays JSON. */
  public String json(String json) {
    StringBuilder out = null;
    int copied = 0;
    int p = json.indexOf('"');
    while (p >= 0) {
      int end = stringEnd(json, p + 1);
      String text = json.substring(p + 1, end);
      String masked = text(text);
      if (!masked.equals(text)) {
        out = out == null ? new StringBuilder(json.length()) : out;
        out.append(json, copied, p + 1).append(masked);
        copied = end;
      }
      p = end < json.length() ? json.indexOf('"', end + 1) : -1;
    }
    return out == null ? json : out.append(json, copied, json.length()).toString();
  }

  private static int stringEnd(String json, int start) {
    int p = start;
    while (p < json.length() && json.charAt(p) != '"') {
      p += json.charAt(p) == '\\' ? 2 : 1;
    }
    return Math.min(p, json.length());
  }

  /** Masks a plain text. */
  public String text(String text) {
    String masked =
        email && text.indexOf('@') >= 0 ? EMAIL.matcher(text).replaceAll("[email]") : text;
    int digits = digits(masked);
    for (Rule rule : rules) {
      if (digits >= rule.leastDigits()) {
        masked = apply(rule, masked);
      }
    }
    return masked;
  }

  private static String apply(Rule rule, String text) {
    Matcher matcher = rule.pattern().matcher(text);
    StringBuilder out = null;
    int copied = 0;
    while (matcher.find()) {
      @Nullable String found = matcher.group();
      if (found != null && rule.sure().test(found)) {
        out = out == null ? new StringBuilder(text.length()) : out;
        out.append(text, copied, matcher.start()).append(rule.mask());
        copied = matcher.end();
      }
    }
    return out == null ? text : out.append(text, copied, text.length()).toString();
  }

  private static int digits(String text) {
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      count += c >= '0' && c <= '9' ? 1 : 0;
    }
    return count;
  }
}
