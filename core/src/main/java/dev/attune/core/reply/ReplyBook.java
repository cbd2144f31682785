package dev.attune.core.reply;

import dev.attune.core.expression.Expressions;
import dev.attune.core.expression.Vocabulary;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.segment.SegmentSet;
import dev.attune.core.yaml.YamlNode;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A playbook's {@code responses.yaml}: what may be said where, to whom, and in which language.
 *
 * @param defaultLocale the locale that every text exists in
 * @param locales those that are spoken, the default one first
 * @param zone whose hour of day conditions see when the request names no zone
 * @param format how the channel reads a text when the request does not say
 * @param conditions what conditions may name, those of experiments too
 */
public record ReplyBook(
    String defaultLocale,
    List<String> locales,
    ZoneId zone,
    TextFormat format,
    Map<String, ReplyVariable> variables,
    Map<String, Slot> slots,
    ConditionVariables conditions) {
  /** A playbook that says nothing. */
  public static ReplyBook none(FeatureSet features) {
    return new ReplyBook(
        "en",
        List.of("en"),
        ZoneOffset.UTC,
        TextFormat.PLAIN,
        Map.of(),
        Map.of(),
        new ConditionVariables(features, List.of(), Map.of()));
  }

  /** Reads and checks the file whole; what is wrong is reported at its line. */
  public static ReplyBook parse(YamlNode root, FeatureSet features, SegmentSet segments) {
    return parse(root, features, segments, Map.of());
  }

  /**
   * The same, with what conditions can compare some of their variables with.
   *
   * @param vocabularies by the variable's name
   */
  public static ReplyBook parse(
      YamlNode root,
      FeatureSet features,
      SegmentSet segments,
      Map<String, Vocabulary> vocabularies) {
    return root.isMissing()
        ? none(features)
        : new ReplyBookReader(root, features, segments, vocabularies).read();
  }

  public Set<String> slotNames() {
    return slots.keySet();
  }

  /** The rules of a slot in their order; none for a slot that there is not. */
  public List<String> ruleNames(String slot) {
    Slot known = slots.get(slot);
    return known == null ? List.of() : known.rules().stream().map(Slot.Rule::name).toList();
  }

  /** The same as they are written. */
  public List<WrittenRule> writtenRules(String slot) {
    Slot known = slots.get(slot);
    return known == null
        ? List.of()
        : known.rules().stream()
            .map(r -> new WrittenRule(r.name(), r.when().text(), written(r.content())))
            .toList();
  }

  /**
   * What a slot says when no rule holds, in the default locale; empty for one that there is not.
   */
  public String writtenGeneric(String slot) {
    Slot known = slots.get(slot);
    return known == null ? "" : written(known.generic());
  }

  private String written(ReplyContent content) {
    TextTemplate text = content.wordings().getFirst().byLocale().get(defaultLocale);
    return text == null ? "" : text.source();
  }

  /** How many different replies there are, in all slots. */
  public int replies() {
    return slots.values().stream().mapToInt(Slot::replies).sum();
  }

  /** Compiles conditions over the same names, for experiments too. */
  public Expressions expressions() {
    return conditions.expressions();
  }

  /** Values by their declared type: String, Double or Instant. */
  Map<String, Object> typed(Map<String, String> values, ZoneId zone) {
    Map<String, Object> typed = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          ReplyVariable variable = variables.get(name);
          Object parsed = variable == null ? null : variable.parsed(value, zone);
          if (parsed != null) {
            typed.put(name, parsed);
          }
        });
    return typed;
  }

  /** The request's values for declared variables, cut to length, or their defaults. */
  Map<String, String> declared(Map<String, String> given) {
    Map<String, String> used = new LinkedHashMap<>();
    for (ReplyVariable variable : variables.values()) {
      String value = variable.value(given.get(variable.name()));
      if (value != null) {
        used.put(variable.name(), value);
      }
    }
    return used;
  }
}
