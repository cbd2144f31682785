package dev.attune.responses.decision;

import dev.attune.core.privacy.Masking;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.QuickReply;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Masks what a decision's record tells in words: a person's data stands in the reply alone. */
@Component
final class DecisionMasking {
  private final Masking masking;

  DecisionMasking(PrivacySettings settings) {
    this.masking = new Masking(settings.rules());
  }

  /** Masks in place. */
  void mask(Decision decision) {
    decision.setText(masking.text(decision.getText()));
    decision.setWantedLocale(masked(decision.getWantedLocale()));
    decision.setVariables(variables(decision.getVariables()));
    for (QuickReply button : decision.getQuickReplies()) {
      button.setLabel(masking.text(button.getLabel()));
      button.setValue(masking.text(button.getValue()));
    }
  }

  private @Nullable String masked(@Nullable String text) {
    return text == null ? null : masking.text(text);
  }

  /** The request's own map stays as it is. */
  private Map<String, String> variables(Map<String, String> variables) {
    if (variables.isEmpty()) {
      return variables;
    }
    Map<String, String> masked = new LinkedHashMap<>();
    variables.forEach(
        (name, value) -> {
          String plain = masking.text(name);
          String unique = plain;
          // two names that become the same mask stay two variables
          for (int i = 2; masked.containsKey(unique); i++) {
            unique = plain + " " + i;
          }
          masked.put(unique, masking.text(value));
        });
    return masked;
  }
}
