package dev.attune.gateway.privacy;

import dev.attune.core.privacy.MaskRules;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

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
 * @param fields which texts of an event are masked, such as {@code message_sent.text}; empty, the
 *     default, means all of them, since people write into any; unknown and custom properties always
 *     are, ids of events, users and sessions never
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
    @DefaultValue List<String> fields,
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
    // refuses wrong patterns
    var unused = new MaskRules(email, phone, card, iban, patterns);
    for (String field : fields) {
      Assert.isTrue(
          MaskedField.known(field),
          "attune.privacy.fields: " + field + " is no text field; known: " + MaskedField.names());
    }
  }

  MaskRules rules() {
    return new MaskRules(email, phone, card, iban, patterns);
  }
}
