package dev.attune.gateway.privacy;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.attune.core.privacy.FoldedText;
import dev.attune.gateway.privacy.PrivacySettings.WithoutConsent;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.HashMap;
import org.springframework.stereotype.Component;

/**
 * Honours {@code context.consent}: false. Strictly needed are who, when, what kind of event and
 * which item; what a person wrote, read or runs on is not.
 */
@Component
public final class ConsentFilter {
  /** Also where a text is no JSON: what was meant is seen all the same. */
  private static final Pattern CONSENT = Pattern.compile("\"consent\"\\s*:\\s*([^\\s,}]*)");

  private final WithoutConsent rule;

  ConsentFilter(PrivacySettings settings) {
    this.rule = settings.withoutConsent();
  }

  /** False when the event must be refused; otherwise it may have lost fields. */
  public boolean honour(InteractionEvent event) {
    if (rule == WithoutConsent.KEEP || !isWithheld(event)) {
      return true;
    }
    if (rule == WithoutConsent.REFUSE) {
      return false;
    }
    strip(event);
    return true;
  }

  /** Whether a refused event may be kept as it came. */
  public boolean allowsKeeping(InteractionEvent event) {
    return rule == WithoutConsent.KEEP || !isWithheld(event);
  }

  /** The same of an event in JSON, well-formed or not: only "true" and nothing said are consent. */
  public boolean allowsKeeping(String json) {
    if (rule == WithoutConsent.KEEP) {
      return true;
    }
    Matcher said = CONSENT.matcher(FoldedText.plain(json));
    while (said.find()) {
      String value = said.group(1);
      if (!"true".equals(value) && !"null".equals(value)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWithheld(InteractionEvent event) {
    return event.getContext() != null && Boolean.FALSE.equals(event.getContext().getConsent());
  }

  private static void strip(InteractionEvent event) {
    event.setProperties(null);
    event.getContext().setReferrer(null);
    event.getContext().setUserAgent(null);
    event.getContext().setPage(null);
    if (event.getMessageSent() != null) {
      // the length stays
      event.getMessageSent().setText(null);
    }
    if (event.getFeedback() != null) {
      event.getFeedback().setComment(null);
    }
    if (event.getPageViewed() != null) {
      event.getPageViewed().setTitle(null);
    }
    if (event.getCustom() != null) {
      event.getCustom().setProperties(new HashMap<>());
    }
  }
}
