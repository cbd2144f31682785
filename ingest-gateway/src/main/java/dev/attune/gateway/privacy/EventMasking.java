package dev.attune.gateway.privacy;

import dev.attune.core.privacy.Masking;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
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
    mask(event, fields, masking::json);
  }

  /** Masks a refused event in place, whose texts may be anything. */
  public void refused(InteractionEvent event) {
    mask(event, fieldsOfRefused, masking::brokenJson);
  }

  /**
   * Leaves the first so many characters of a refused event's texts.
   *
   * @return whether something was cut
   */
  public boolean shorten(InteractionEvent event, int chars) {
    TextBudget budget = new TextBudget(chars);
    for (MaskedField field : fieldsOfRefused) {
      field.replace(event, budget::cut);
    }
    shorten(event.getProperties(), budget);
    if (event.getCustom() != null) {
      shorten(event.getCustom().getProperties(), budget);
    }
    return budget.isSpent();
  }

  private static void shorten(@Nullable Map<String, String> properties, TextBudget budget) {
    if (properties == null) {
      return;
    }
    properties
        .entrySet()
        .removeIf(
            property -> {
              String name = budget.cut(property.getKey());
              property.setValue(budget.cut(property.getValue()));
              return name.length() < property.getKey().length();
            });
  }

  /** For texts outside of an event's record. */
  public Masking texts() {
    return masking;
  }

  private void mask(
      InteractionEvent event, List<MaskedField> of, UnaryOperator<String> propertyValue) {
    for (MaskedField field : of) {
      field.replace(event, masking::text);
    }
    properties(event.getProperties(), propertyValue);
    if (event.getCustom() != null) {
      properties(event.getCustom().getProperties(), propertyValue);
    }
  }

  private void properties(@Nullable Map<String, String> properties, UnaryOperator<String> value) {
    if (properties == null || properties.isEmpty()) {
      return;
    }
    properties.replaceAll((name, json) -> value.apply(json));
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
