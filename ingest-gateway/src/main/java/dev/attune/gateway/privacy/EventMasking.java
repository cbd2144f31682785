package dev.attune.gateway.privacy;

import dev.attune.core.privacy.Masking;
import dev.attune.schemas.avro.Custom;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;

/** Masks events: their text fields, and names and values of their unknown and custom properties. */
@Component
public final class EventMasking {
  private final Masking masking;
  private final List<MaskedField> fields;
  private final List<MaskedField> fieldsOfRefused;

  EventMasking(PrivacySettings settings) {
    this.masking = new Masking(settings.rules());
    this.fields = MaskedField.of(settings.fields());
    this.fieldsOfRefused = MaskedField.ofRefused();
  }

  /** Masks a valid event in place. */
  public void event(InteractionEvent event) {
    for (MaskedField field : fields) {
      field.replace(event, masking::text);
    }
    eachProperties(
        event,
        properties -> {
          properties.replaceAll((name, json) -> masking.json(json));
          maskNames(properties);
        });
  }

  /**
   * Masks a refused event in place, whose texts may be anything, and keeps the first of them.
   *
   * @param chars of all its texts
   * @return whether something was cut
   */
  public boolean refused(InteractionEvent event, int chars) {
    TextBudget budget = new TextBudget(chars);
    for (MaskedField field : fieldsOfRefused) {
      field.replace(event, text -> budget.masked(text, masking::text));
    }
    eachProperties(
        event,
        properties -> {
          properties.keySet().removeIf(name -> !budget.take(name.length()));
          properties.replaceAll((name, json) -> budget.masked(json, masking::brokenJson));
          maskNames(properties);
        });
    return budget.isSpent();
  }

  /** The masked beginning of a text that was meant to be JSON. */
  public String beginning(String json, int chars) {
    return new TextBudget(chars).masked(json, masking::brokenJson);
  }

  /** For texts outside of an event's record. */
  public Masking texts() {
    return masking;
  }

  /** Those that the schema does not know, then the custom ones, where there are any. */
  private static void eachProperties(InteractionEvent event, Consumer<Map<String, String>> masked) {
    Custom custom = event.getCustom();
    Map<String, String> unknown = event.getProperties();
    // of a refused event anything may be missing
    Map<String, String> known = custom == null ? null : custom.getProperties();
    if (unknown != null && !unknown.isEmpty()) {
      masked.accept(unknown);
    }
    if (known != null && !known.isEmpty()) {
      masked.accept(known);
    }
  }

  private void maskNames(Map<String, String> properties) {
    for (String name : personal(properties)) {
      String masked = masking.text(name);
      String unique = masked;
      // two names that become the same mask stay two properties
      for (int i = 2; properties.containsKey(unique); i++) {
        unique = masked + " " + i;
      }
      properties.put(unique, properties.remove(name));
    }
  }

  private List<String> personal(Map<String, String> properties) {
    List<String> names = new ArrayList<>(0);
    for (String name : properties.keySet()) {
      if (!masking.text(name).equals(name)) {
        names.add(name);
      }
    }
    return names;
  }
}
