package dev.attune.responses.decision;

import dev.attune.core.privacy.MaskRules;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is kept out of the records of decisions; a reply itself says everything. The gateway has the
 * same settings for events.
 *
 * @param email masks e-mail addresses; on, because variables and texts often name people
 * @param phone masks phone numbers written internationally or with separators; bare digits stay,
 *     they are mostly order numbers
 * @param card masks payment card numbers that pass Luhn's check and start as a network's do
 * @param iban masks bank accounts that pass the check of ISO 13616
 * @param patterns more, by name, in RE2 syntax: linear time whatever the text; a match becomes
 *     {@code [name]}
 */
@ConfigurationProperties("attune.privacy")
public record PrivacySettings(
    @DefaultValue("true") boolean email,
    @DefaultValue("true") boolean phone,
    @DefaultValue("true") boolean card,
    @DefaultValue("true") boolean iban,
    @DefaultValue Map<String, String> patterns) {
  public PrivacySettings {
    // refuses wrong patterns
    var unused = new MaskRules(email, phone, card, iban, patterns);
  }

  MaskRules rules() {
    return new MaskRules(email, phone, card, iban, patterns);
  }
}
