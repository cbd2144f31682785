package dev.attune.gateway.privacy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is kept out of Kafka.
 *
 * @param email masks e-mail addresses; on, because people write them into chats unasked
 * @param phone masks phone numbers written internationally or with separators; bare digits stay,
 *     they are mostly order numbers
 * @param card masks payment card numbers that pass Luhn's check and start as a network's do
 * @param iban masks bank accounts that pass the check of ISO 13616
 * @param patterns more, by name, in RE2 syntax: linear time whatever the text; a match becomes
 *     {@code [name]}
 * @param fields which texts of an event are masked; unknown and custom properties always are
 * @param withoutConsent what happens to an event whose context says consent is false: STRIP keeps
 *     who, when, what kind and which item, REFUSE or KEEP; by default only what the pipeline cannot
 *     do without is kept
 */
@ConfigurationProperties("attune.privacy")
public record PrivacySettings(
    @DefaultValue("true") boolean email,
    @DefaultValue("true") boolean phone,
    @DefaultValue("true") boolean card,
    @DefaultValue("true") boolean iban,
    @DefaultValue Map<String, String> patterns,
    @DefaultValue({"message_sent.text", "feedback.comment", "page_viewed.title"})
        List<String> fields,
    @DefaultValue("STRIP") WithoutConsent withoutConsent) {
  /** What to do with an event whose user has not consented. */
  public enum WithoutConsent {
    /** Drop texts, titles, properties, referrer, user agent. */
    STRIP,
    /** Refuse the event. */
    REFUSE,
    /** Take it as any other. */
    KEEP
  }

  public PrivacySettings {
    patterns.forEach(PrivacySettings::check);
    for (String field : fields) {
      if (!MaskedField.known(field)) {
        throw new IllegalArgumentException(
            "attune.privacy.fields: " + field + " is no text field; known: " + MaskedField.names());
      }
    }
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
