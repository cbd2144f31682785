package dev.attune.gateway.privacy;

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
  private final WithoutConsent rule;

  ConsentFilter(PrivacySettings settings) {
    this.rule = settings.withoutConsent();
  }

  /** False when the event must be refused; otherwise it may have lost fields. */
  public boolean honour(InteractionEvent event) {
    boolean withheld =
        event.getContext() != null && Boolean.FALSE.equals(event.getContext().getConsent());
    if (!withheld || rule == WithoutConsent.KEEP) {
      return true;
    }
    if (rule == WithoutConsent.REFUSE) {
      return false;
    }
    strip(event);
    return true;
  }

  private static void strip(InteractionEvent event) {
    event.setProperties(null);
    event.getContext().setReferrer(null);
    event.getContext().setUserAgent(null);
    event.getContext().setPage(null);
    if (event.getMessageSent() != null) {
      keepLength(event);
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

  private static void keepLength(InteractionEvent event) {
    String text = event.getMessageSent().getText();
    if (text != null && event.getMessageSent().getLength() == null) {
      event.getMessageSent().setLength(text.codePointCount(0, text.length()));
    }
    event.getMessageSent().setText(null);
  }
}
