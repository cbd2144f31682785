package dev.attune.core.reply;

import dev.attune.core.yaml.YamlNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads texts by their locales. A text must be there in the default locale; where another one
 * lacks, its readers get the default one, so that is a warning.
 */
final class TextsReader {
  /** Of labels, whose length the chat window decides on. */
  static final int ANY_LENGTH = Integer.MAX_VALUE;

  private final TemplateNames names;
  private final String defaultLocale;
  private final List<String> locales;

  /**
   * @param locales that are to be spoken, the default one among them
   */
  TextsReader(TemplateNames names, String defaultLocale, List<String> locales) {
    this.names = names;
    this.defaultLocale = defaultLocale;
    this.locales = locales;
  }

  /** The value of a key: a map from locales to texts, or one text for the default locale. */
  Map<String, TextTemplate> read(YamlNode parent, String key, int maxLength) {
    YamlNode node = parent.get(key);
    Map<String, TextTemplate> texts = new LinkedHashMap<>();
    if (node.isMissing()) {
      parent.problem("`" + key + "` is missing");
      return texts;
    }
    Set<String> given = new HashSet<>();
    if (!node.isMap()) {
      given.add(defaultLocale);
      compile(node, defaultLocale, maxLength, texts);
    } else {
      for (YamlNode.Entry entry : node.entries()) {
        String tag = listedLocale(entry);
        given.add(tag);
        compile(entry.value(), tag, maxLength, texts);
      }
    }
    locales.forEach(tag -> checkSpoken(node, tag, given));
    return texts;
  }

  private String listedLocale(YamlNode.Entry entry) {
    String tag = locale(entry.name(), entry.key());
    if (!locales.contains(tag)) {
      entry.problem(
          "locale `%s` is not under `locales`; add it there, or write one of %s"
              .formatted(entry.key(), String.join(", ", locales)));
    }
    return tag;
  }

  private void compile(YamlNode node, String tag, int maxLength, Map<String, TextTemplate> into) {
    String source = node.text();
    if (source.isBlank()) {
      node.problem("the text is empty");
      return;
    }
    TextTemplate.compile(source, tag, names, (message, at) -> node.problemIn(source, at, message))
        .ifPresent(
            template -> {
              checkLength(node, template, maxLength);
              into.put(tag, template);
            });
  }

  private static void checkLength(YamlNode node, TextTemplate template, int maxLength) {
    if (template.leastLength() > maxLength) {
      node.problem(
          "the text has %d characters, its slot allows %d"
              .formatted(template.leastLength(), maxLength));
    } else if (template.fullLength() > maxLength) {
      node.warning(
          "the text has %d characters when all its sections are shown, its slot allows %d"
              .formatted(template.fullLength(), maxLength));
    }
  }

  /** A locale is spoken by itself or by its language. */
  private void checkSpoken(YamlNode node, String tag, Set<String> given) {
    boolean isDefault = tag.equals(defaultLocale);
    if (given.contains(tag)
        || (!isDefault && LocaleChain.of(tag, "").stream().anyMatch(given::contains))) {
      return;
    }
    if (isDefault) {
      node.problem("there is no text for locale `" + tag + "`, the default");
    } else {
      node.warning(
          "there is no text for locale `%s`; its readers get `%s`".formatted(tag, defaultLocale));
    }
  }

  /** The locale as it is usually written; a text that is none is reported. */
  static String locale(YamlNode node, String tag) {
    String canonical = LocaleChain.canonical(tag);
    if (canonical.isEmpty()) {
      node.problem("`" + tag + "` is no locale; write it as en, es or pt-BR");
      return tag;
    }
    return canonical;
  }
}
