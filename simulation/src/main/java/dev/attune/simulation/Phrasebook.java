package dev.attune.simulation;

import dev.attune.core.yaml.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the messages of customers: a phrase with its gaps filled, framed, now and then mistyped.
 */
public final class Phrasebook {
  private static final String COMMON = "";
  private static final Pattern GAP = Pattern.compile("\\{(\\w+)}");

  private final Map<String, Map<String, List<String>>> phrases;
  private final Map<String, List<String>> openers;
  private final Map<String, List<String>> closers;
  private final Map<String, Map<String, List<String>>> words;

  private Phrasebook(
      Map<String, Map<String, List<String>>> phrases,
      Map<String, List<String>> openers,
      Map<String, List<String>> closers,
      Map<String, Map<String, List<String>>> words) {
    this.phrases = phrases;
    this.openers = openers;
    this.closers = closers;
    this.words = words;
  }

  static Phrasebook parse(YamlNode root) {
    var phrases = new LinkedHashMap<String, Map<String, List<String>>>();
    for (YamlNode.Entry intent : root.get("intents").entries()) {
      phrases.put(intent.key(), lists(intent.value().get("messages")));
    }
    phrases.put(COMMON, lists(root.get("common").get("messages")));
    var words = new LinkedHashMap<String, Map<String, List<String>>>();
    root.get("words").entries().forEach(entry -> words.put(entry.key(), lists(entry.value())));
    var book =
        new Phrasebook(phrases, lists(root.get("openers")), lists(root.get("closers")), words);
    book.check(root);
    return book;
  }

  private static Map<String, List<String>> lists(YamlNode node) {
    var lists = new LinkedHashMap<String, List<String>>();
    node.entries().forEach(entry -> lists.put(entry.key(), entry.value().texts()));
    return lists;
  }

  private void check(YamlNode root) {
    for (YamlNode.Entry locale : root.get("locales").entries()) {
      String language = language(locale.key());
      boolean complete =
          phrases.values().stream().allMatch(byLanguage -> has(byLanguage, language))
              && has(openers, language)
              && has(closers, language);
      if (!complete) {
        locale.value().problem("messages, openers or closers are missing in " + language);
      }
    }
  }

  private static boolean has(Map<String, List<String>> byLanguage, String language) {
    return !byLanguage.getOrDefault(language, List.of()).isEmpty();
  }

  static String language(String locale) {
    return locale.substring(0, 2);
  }

  /** A message that says what the customer wants. */
  String about(String intent, String language, RandomGenerator random) {
    return framed(pick(phrases.getOrDefault(intent, Map.of()), language, random), language, random);
  }

  /** A message that could come from anyone. */
  String vague(String language, RandomGenerator random) {
    return framed(pick(phrases.getOrDefault(COMMON, Map.of()), language, random), language, random);
  }

  private String framed(String phrase, String language, RandomGenerator random) {
    return pick(openers, language, random)
        + filled(phrase, language, random)
        + pick(closers, language, random);
  }

  private String filled(String phrase, String language, RandomGenerator random) {
    return GAP.matcher(phrase)
        .replaceAll(gap -> Matcher.quoteReplacement(word(gap.group(1), language, random)));
  }

  private String word(String name, String language, RandomGenerator random) {
    return switch (name) {
      case "order" -> Integer.toString(random.nextInt(1_000, 100_000));
      case "days" -> Integer.toString(random.nextInt(2, 15));
      default -> pick(words.getOrDefault(language, Map.of()), name, random);
    };
  }

  private static String pick(Map<String, List<String>> lists, String key, RandomGenerator random) {
    List<String> list = lists.getOrDefault(key, List.of());
    return list.isEmpty() ? "" : list.get(random.nextInt(list.size()));
  }

  /** Loses or doubles one letter. */
  static String mistyped(String text, RandomGenerator random) {
    int at = random.nextInt(text.length());
    return random.nextBoolean()
        ? text.substring(0, at) + text.substring(at + 1)
        : text.substring(0, at) + text.charAt(at) + text.substring(at);
  }
}
